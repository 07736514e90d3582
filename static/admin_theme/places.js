// The place search on the page that adds a location: suggestions while one types, chosen by mouse or
// keyboard; the chosen place fills in the inputs, which stay open to change. Without it, or when
// the provider is away, the address is entered by hand.
(function () {
  "use strict";
  const PAUSE = 250;
  const LEAST_LETTERS = 2;
  const FILLED = [
    "name_en", "name_ar", "address", "address_line1", "city", "district", "state", "state_code",
    "pincode", "country", "region", "latitude", "longitude", "timezone",
  ];

  function start(panel) {
    const texts = panel.dataset;
    const input = panel.querySelector("[role=combobox]");
    const list = panel.querySelector("[role=listbox]");
    const state = panel.querySelector("[role=status]");
    const placeId = document.getElementById("id_place_id");
    const placeProvider = document.getElementById("id_place_provider");
    let timer = 0;
    let number = 0;
    let provider = "";
    let at = -1;

    function say(text, label, act) {
      state.textContent = text;
      if (label) {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = label;
        button.addEventListener("click", act);
        state.append(" ", button);
      }
    }

    function close() {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
      at = -1;
    }

    function mark(index) {
      const options = Array.from(list.children);
      if (options.length === 0 || list.hidden) {
        return;
      }
      at = (index + options.length) % options.length;
      options.forEach((option, row) => option.setAttribute("aria-selected", String(row === at)));
      input.setAttribute("aria-activedescendant", options[at].id);
    }

    function failed(facts) {
      close();
      const canFallBack = texts.fallback && provider !== texts.fallback && facts.state !== "place_query_too_short";
      say(facts.message || texts.textAway, canFallBack ? texts.textOffline : "", () => {
        provider = texts.fallback;
        search();
        input.focus();
      });
    }

    async function ask(address, parameters) {
      const query = new URLSearchParams(parameters);
      const answer = await fetch(address + "?" + query, {
        credentials: "same-origin",
        headers: { Accept: "application/json" },
      });
      const facts = await answer.json();
      if (!answer.ok) {
        const error = new Error(String(answer.status));
        error.facts = facts;
        throw error;
      }
      return facts;
    }

    function show(found) {
      list.replaceChildren(
        ...found.items.map((item, row) => {
          const option = document.createElement("li");
          option.id = "place-option-" + row;
          option.setAttribute("role", "option");
          option.setAttribute("aria-selected", "false");
          option.dir = "auto";
          option.textContent = item.description;
          option.addEventListener("mousedown", (event) => event.preventDefault());
          option.addEventListener("click", () => choose(found.provider, item));
          return option;
        })
      );
      if (found.items.length === 0) {
        close();
        say(texts.textNone);
        return;
      }
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      at = -1;
      say(found.items.length + " " + texts.textFound);
    }

    async function search() {
      const text = input.value.trim();
      number += 1;
      const mine = number;
      if (text.length < LEAST_LETTERS) {
        close();
        say(text ? texts.textShort : "");
        return;
      }
      try {
        const found = await ask(texts.search, { query: text, provider: provider });
        if (mine === number) {
          show(found);
        }
      } catch (error) {
        if (mine === number) {
          failed(error.facts || {});
        }
      }
    }

    function fill(name, value) {
      const field = document.getElementById("id_" + name);
      if (!field || value === "" || value === null) {
        return;
      }
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }

    function forget() {
      placeId.value = "";
      placeProvider.value = "";
      say("");
      input.focus();
    }

    async function choose(from, item) {
      number += 1;
      close();
      input.value = item.description;
      try {
        const place = await ask(texts.details, { place_id: item.place_id, provider: from });
        FILLED.forEach((name) => fill(name, place[name]));
        placeId.value = place.place_id;
        placeProvider.value = place.provider;
        say(texts.textFilled, texts.textForget, forget);
      } catch (error) {
        failed(error.facts || {});
      }
    }

    input.addEventListener("input", () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(search, PAUSE);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        mark(event.key === "ArrowDown" ? at + 1 : at < 0 ? -1 : at - 1);
      } else if (event.key === "Enter") {
        // The form is sent by its own button alone.
        event.preventDefault();
        if (at >= 0) {
          list.children[at].click();
        } else if (!list.hidden) {
          list.children[0].click();
        }
      } else if (event.key === "Escape") {
        close();
      }
    });
    input.addEventListener("blur", close);
    if (placeId.value) {
      // The form came back with its errors: the place is still the chosen one.
      say(texts.textFilled, texts.textForget, forget);
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".tp-places").forEach(start);
  });
})();
