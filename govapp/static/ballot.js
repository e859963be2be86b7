// The ballot works without this. It keeps unfinished choices on the voter's own device, fills the meter while
// one chooses, filters without reload, and puts buttons beside ranks and points.
const form = document.getElementById("ballot");
const store = { // a browser may refuse to keep anything
  read(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
  write(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* then it keeps nothing */ } },
  drop(key) { try { localStorage.removeItem(key); } catch { /* it kept nothing */ } },
};

for (const cast of document.querySelectorAll("[data-forget]")) store.drop(cast.dataset.forget);
if (form) {
  warnBeforeLeaving();
  if (form.dataset.ballot) choosing();
}

function warnBeforeLeaving() {
  let stays = false;
  form.addEventListener("submit", ({ submitter }) => { stays = submitter?.value !== "filter"; });
  document.addEventListener("click", ({ target }) => {
    if (target.closest(".tongue") && form.dataset.keep) stays = true; // the device brings them back
  });
  addEventListener("pageshow", () => { stays = false; });
  addEventListener("beforeunload", (event) => {
    const isUnfinished = form.dataset.ballot ? form.dataset.dirty : true; // a ballot being checked always is
    if (isUnfinished && !stays) event.preventDefault();
  });
}

function choosing() {
  const { keep, ballot } = form.dataset;
  const numbers = [...form.querySelectorAll("[name=number]")];
  const picks = [...form.querySelectorAll("[name=project]:not([type=hidden])")];
  const codeOf = (input) => input.name === "number" ? input.previousElementSibling.value : input.value;
  const isRanking = ballot === "ordinal";
  const read = (input) => {
    const plain = input.value.trim().replace(/[๐-๙]/g, (digit) => "๐๑๒๓๔๕๖๗๘๙".indexOf(digit));
    return /^\d{1,9}$/.test(plain) ? Number(plain) : 0;
  };
  const chosen = () => numbers.length ? numbers.filter((input) => read(input)) : picks.filter((pick) => pick.checked);
  const values = () => Object.fromEntries(
    numbers.length ? numbers.filter((input) => input.value.trim()).map((input) => [codeOf(input), input.value])
      : chosen().map((pick) => [pick.value, "1"]));

  function changed() {
    const now = values();
    form.dataset.dirty = Object.keys(now).length ? "yes" : "";
    if (keep) Object.keys(now).length ? store.write(keep, now) : store.drop(keep);
    showMeter();
  }

  function showMeter() {
    const count = chosen().length;
    const isMoney = ballot === "knapsack";
    const isPoints = ballot === "cumulative" || ballot === "scoring";
    const used = isMoney ? chosen().reduce((sum, pick) => sum + Number(pick.dataset.cost), 0)
      : isPoints ? chosen().reduce((sum, input) => sum + read(input), 0) : count;
    const whole = Number(form.dataset.whole);
    const left = whole - used;
    const amount = (number) => isMoney ? `${baht(number)}\u00a0${form.dataset.unit}` : String(number);
    const fill = (words) => words.replace("%(used)s", amount(used)).replace("%(left)s", amount(Math.abs(left)))
      .replace("%(projects)s", count);
    const meter = form.querySelector(".meter");
    meter.classList.toggle("over", left < 0);
    say(meter.querySelector("[data-says=used]"), fill(form.dataset.used));
    say(meter.querySelector("[data-says=left]"), fill(left < 0 ? form.dataset.over : form.dataset.left));
    const bar = meter.querySelector("progress");
    bar.value = Math.min(used, whole);
    bar.classList.toggle("over", left < 0);
    fitButtons();
    for (const input of numbers) input.closest(".bcard").classList.toggle("in", read(input) > 0);
  }

  function say(element, words) { if (element.textContent !== words) element.textContent = words; }
  function baht(satang) {
    const whole = Math.floor(satang / 100).toString().replace(/\B(?=(\d{3})+$)/g, ",");
    return satang % 100 ? `${whole}.${String(satang % 100).padStart(2, "0")}` : whole;
  }

  function restore() {
    const kept = keep && store.read(keep);
    if (!kept || chosen().length || !Object.keys(kept).length) return;
    let found = 0;
    for (const input of [...numbers, ...picks]) {
      const value = kept[codeOf(input)];
      if (value === undefined) continue;
      found += 1;
      if (input.name === "number") input.value = value; else input.checked = true;
    }
    document.getElementById("restored").hidden = !found;
  }

  function step(input, by) {
    if (!isRanking) {
      input.value = Math.max(0, read(input) + by) || "";
    } else {
      const rank = read(input);
      const ranked = chosen().sort((one, other) => read(one) - read(other));
      if (!rank) ranked.push(input);
      else if (by === 0) ranked.splice(ranked.indexOf(input), 1);
      else {
        const place = ranked.indexOf(input);
        const next = place - by; // up is a smaller rank
        if (next < 0 || next >= ranked.length) return;
        [ranked[place], ranked[next]] = [ranked[next], ranked[place]];
      }
      if (!ranked.includes(input)) input.value = "";
      ranked.forEach((each, place) => { each.value = place + 1; });
    }
    changed();
  }

  // Ranking: one button for what has no rank yet, three for what has one.
  function addButtons() {
    const words = JSON.parse(form.dataset.buttons ?? "{}");
    const steps = isRanking ? [["add", 0], ["up", 1], ["down", -1], ["out", 0]] : [["less", -1], ["more", 1]];
    for (const input of numbers) {
      const title = input.closest("article").querySelector("h3").textContent;
      for (const [name, by] of steps) {
        const button = document.createElement("button");
        const [sign, said] = words[name];
        Object.assign(button, { type: "button", className: "btn second small", textContent: sign });
        button.dataset.step = name;
        button.setAttribute("aria-label", `${said}: ${title}`);
        button.addEventListener("click", () => {
          step(input, by);
          if (button.hidden) input.parentElement.querySelector("[data-step]:not([hidden])").focus();
          if (isRanking) document.getElementById("announcer").textContent = `${title}: ${form.dataset.rank} ${input.value || "–"}`;
        });
        if (name === "less") input.before(button); else input.parentElement.append(button);
      }
    }
  }

  function fitButtons() {
    for (const button of form.querySelectorAll("[data-step]")) {
      const isRanked = button.parentElement.querySelector("[name=number]").value.trim() !== "";
      if (isRanking) button.hidden = isRanked === (button.dataset.step === "add");
    }
  }

  function filter() {
    const plain = (words) => words.toLowerCase().normalize("NFC");
    const terms = plain(form.q.value).split(/\s+/).filter(Boolean);
    const place = form.elements.place ? form.elements.place.value : "";
    const category = form.elements.category ? form.elements.category.value : "";
    let shown = 0;
    for (const item of form.querySelectorAll(".ballot > li")) {
      const words = plain(item.querySelector(".body").textContent);
      const fits = terms.every((term) => words.includes(term)) && (!place || item.dataset.place === place)
        && (!category || item.dataset.kinds.split("|").includes(category));
      item.hidden = !fits;
      shown += fits;
    }
    document.getElementById("found").textContent = form.dataset.found.replace("#", shown);
  }

  addButtons();
  restore();
  changed();
  form.addEventListener("input", ({ target }) => {
    if (target.name === "q") filter(); else if (target.name === "project" || target.name === "number") changed();
  });
  form.addEventListener("change", ({ target }) => { if (["place", "category"].includes(target.name)) filter(); });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.value === "filter") { event.preventDefault(); filter(); }
  });
  for (const button of document.querySelectorAll("[data-forget-now]")) {
    button.addEventListener("click", () => {
      for (const input of numbers) input.value = "";
      for (const pick of picks) pick.checked = false;
      changed();
      document.getElementById("restored").hidden = true;
      document.getElementById("list").focus();
    });
  }
}
