"use strict";

// Calls back with the name of the place that is linked to: now, and whenever such a link is
// followed, again and again.
const onPlace = (callback) => {
  const call = () => callback(location.hash.slice(1));
  window.addEventListener("hashchange", call);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && link.hash === location.hash) call();
  });
  call();
};

// The table of cases: sorting and searching by DataTables, filters by the selects above it.
(() => {
  const table = document.getElementById("cases");
  const grid = new DataTable(table, {
    autoWidth: false,
    info: true,
    layout: { topStart: null, topEnd: "search", bottomStart: "info", bottomEnd: null },
    language: {
      info: "_TOTAL_ cases",
      infoEmpty: "no case",
      infoFiltered: "(of _MAX_)",
      search: "Search",
      zeroRecords: "No case matches.",
    },
    order: [],
    paging: false,
  });
  const filters = document.querySelector(".filters");
  filters.hidden = filters.children.length === 0;
  for (const select of filters.querySelectorAll("select")) {
    select.addEventListener("change", () => {
      grid.column(Number(select.dataset.column)).search(select.value, { exact: true }).draw();
    });
  }
})();

// The switch: charts of one model and device at a time. Without this script all of them show.
(() => {
  const groups = [...document.querySelectorAll(".group")];
  const choices = document.querySelector(".switch");
  if (!choices) return;
  const show = (name) => {
    for (const group of groups) group.hidden = group.id !== name;
  };
  choices.hidden = false;
  choices.addEventListener("change", (event) => show(event.target.value));
  show(choices.querySelector("input:checked").value);
  onPlace((name) => {
    const choice = [...choices.querySelectorAll("input")].find((input) => input.value === name);
    if (!choice) return;
    choice.checked = true;
    show(name);
    document.getElementById(name).scrollIntoView();
  });
})();

// A link to samples opens what they are folded into.
onPlace((name) => {
  const target = document.getElementById(name);
  const folded = target && target.closest("details");
  if (!folded) return;
  folded.open = true;
  target.scrollIntoView();
});
