// Comfort alone: everything works without it.
(function () {
  "use strict";

  // One click, one post. A page that comes back out of the browser's memory, or is still there because the browser got no
  // answer or may not go where it leads, must work again.
  var patience = 5000;
  document.addEventListener("submit", function (event) {
    var form = event.target;
    var button = form.querySelector("button[type=submit]");
    if (button) {
      button.setAttribute("aria-disabled", "true");
      if (form.dataset.sent) event.preventDefault();
      else setTimeout(function () { revive(form); }, patience);
      form.dataset.sent = "yes";
    }
  });
  window.addEventListener("pageshow", reviveAll);
  document.addEventListener("securitypolicyviolation", reviveAll);

  function reviveAll() {
    document.querySelectorAll("form").forEach(revive);
  }

  function revive(form) {
    delete form.dataset.sent;
    var button = form.querySelector("button[type=submit]");
    if (button) button.removeAttribute("aria-disabled");
  }

  // By the prototype's own function: a field may be called "submit".
  document.querySelectorAll("form[data-send-now]").forEach(function (form) {
    HTMLFormElement.prototype.submit.call(form);
  });

  document.querySelectorAll("button[data-copy]").forEach(function (button) {
    if (!navigator.clipboard) return;
    button.hidden = false;
    var label = button.textContent;
    var status = document.createElement("span");
    status.className = "unseen";
    status.setAttribute("role", "status");
    button.after(status);
    var reset, announce;

    // The live region is emptied first, so that the same words are announced again.
    function say(shown, words) {
      clearTimeout(reset);
      clearTimeout(announce);
      button.textContent = shown;
      status.textContent = "";
      announce = setTimeout(function () { status.textContent = words; }, 100);
      reset = setTimeout(function () { button.textContent = label; status.textContent = ""; }, 3000);
    }
    button.addEventListener("click", function () {
      var source = document.getElementById(button.dataset.copy);
      var lines = source.matches("ol") ? Array.from(source.children) : [source];
      var text = lines.map(function (line) { return line.textContent.replace(/\s/g, ""); }).join("\n");
      navigator.clipboard.writeText(text).then(
        function () { say("Copied", "Copied to the clipboard"); },
        function () { say("Not copied", "Not copied. Select the text and copy it."); });
    });
  });

  // Without scripts the page refreshes itself instead.
  document.querySelectorAll("[data-watch]").forEach(function (waiting) {
    var seconds = Number(waiting.dataset.seconds);
    (function look() {
      setTimeout(function () {
        fetch(waiting.dataset.watch, { cache: "no-store" })
          .then(function (answer) { return answer.ok ? answer.json() : { mailedCode: { approved: false } }; })
          .then(function (state) {
            if (state.mailedCode && !state.mailedCode.approved) look();
            else location.reload();
          }, look);
      }, seconds * 1000);
    })();
  });

  document.querySelectorAll("button[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
})();
