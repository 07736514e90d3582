// A list that is put in order by dragging, or with the arrow keys on an item's handle. The order of
// the hidden inputs is what the form sends.
(function () {
  "use strict";

  function start(list) {
    const state = list.parentElement.querySelector("[role=status]");
    let dragged = null;

    function items() {
      return Array.from(list.querySelectorAll("li[draggable]"));
    }

    function say(item) {
      const place = items().indexOf(item) + 1;
      const name = item.querySelector("bdi").textContent;
      state.textContent = name + ": " + list.dataset.textPlace + " " + place + " / " + items().length;
    }

    function over(y) {
      return items().find((item) => {
        const box = item.getBoundingClientRect();
        return item !== dragged && y < box.top + box.height / 2;
      });
    }

    list.addEventListener("dragstart", (event) => {
      dragged = event.target.closest("li");
      dragged.classList.add("tp-ordering-dragged");
      event.dataTransfer.effectAllowed = "move";
    });
    list.addEventListener("dragover", (event) => {
      if (!dragged) {
        return;
      }
      event.preventDefault();
      list.insertBefore(dragged, over(event.clientY) || null);
    });
    list.addEventListener("drop", (event) => event.preventDefault());
    list.addEventListener("dragend", () => {
      dragged.classList.remove("tp-ordering-dragged");
      say(dragged);
      dragged = null;
    });
    list.addEventListener("keydown", (event) => {
      const handle = event.target.closest(".tp-ordering-handle");
      if (!handle || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) {
        return;
      }
      event.preventDefault();
      const item = handle.closest("li");
      if (event.key === "ArrowUp" && item.previousElementSibling) {
        list.insertBefore(item, item.previousElementSibling);
      } else if (event.key === "ArrowDown" && item.nextElementSibling) {
        list.insertBefore(item.nextElementSibling, item);
      }
      handle.focus();
      say(item);
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".tp-ordering").forEach(start);
  });
})();
