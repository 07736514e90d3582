// Moves the progress bars of unfinished runs and the log of the one that is open: asks for all of them at once, every two seconds,
// while the page is seen; a page whose last run has finished is loaded again for its final figures.
(function () {
  "use strict";
  const PAUSE = 2000;
  const LONGEST_PAUSE = 30000;
  let pause = PAUSE;

  function moving() {
    return Array.from(document.querySelectorAll(".tp-progress[data-moving]"));
  }

  function draw(bar, facts) {
    const fill = bar.querySelector(".tp-progress-fill");
    fill.style.inlineSize = (facts.percent === null ? 0 : facts.percent) + "%";
    bar.classList.toggle("tp-progress-unknown", facts.percent === null && !facts.finished);
    bar.querySelector("bdi").textContent =
      facts.total === null ? String(facts.done || "") : facts.done + " / " + facts.total;
    bar.querySelector(".tp-progress-step").textContent = facts.step;
    if (facts.finished) {
      bar.removeAttribute("data-moving");
    }
  }

  async function ask() {
    const bars = moving();
    if (bars.length === 0) {
      return;
    }
    if (document.hidden) {
      window.setTimeout(ask, PAUSE);
      return;
    }
    const ids = new URLSearchParams(bars.map((bar) => ["id", bar.dataset.job]));
    const log = document.querySelector("[data-log]");
    if (log) {
      ids.append("log", log.dataset.log);
    }
    try {
      const answer = await fetch(bars[0].dataset.address + "?" + ids, {
        credentials: "same-origin",
        headers: { Accept: "application/json" },
      });
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      const facts = new Map((await answer.json()).jobs.map((job) => [job.id, job]));
      bars.forEach((bar) => facts.has(bar.dataset.job) && draw(bar, facts.get(bar.dataset.job)));
      if (log && facts.has(log.dataset.log)) {
        log.textContent = facts.get(log.dataset.log).log;
      }
      pause = PAUSE;
    } catch (error) {
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
    if (moving().length === 0) {
      window.location.reload();
      return;
    }
    window.setTimeout(ask, pause);
  }

  document.addEventListener("DOMContentLoaded", function () {
    window.setTimeout(ask, PAUSE);
  });
})();
