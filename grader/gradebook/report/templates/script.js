"use strict";
/* Tables are sorted by their headers and filtered by the form above. Without this script the
   page says the same, in the order in which it came. */
function cellValue(row, column) {
  const cell = row.cells[column];
  const text = cell.dataset.value || cell.textContent.trim();
  const number = parseFloat(text.replace(/[(%]/g, ""));
  return cell.classList.contains("n") ? (isNaN(number) ? -Infinity : number) : text.toLowerCase();
}
function sortBy(table, header, column) {
  const up = header.getAttribute("aria-sort") !== "ascending";
  const body = table.tBodies[0];
  const rows = Array.from(body.rows).map(row => [cellValue(row, column), row]);
  rows.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0) * (up ? 1 : -1));
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", up ? "ascending" : "descending");
  for (const [, row] of rows) body.appendChild(row);
}
for (const table of document.querySelectorAll("table.sortable"))
  Array.from(table.tHead.rows[0].cells).forEach((header, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = header.textContent;
    header.replaceChildren(button);
    button.addEventListener("click", () => sortBy(table, header, column));
  });
const students = document.getElementById("students");
if (students) {
  const find = document.getElementById("find"), status = document.getElementById("status");
  const filter = () => {
    const word = find.value.trim().toLowerCase();
    let shown = 0;
    for (const row of students.tBodies[0].rows) {
      const fits = (!word || row.textContent.toLowerCase().includes(word)) &&
        (!status.value || row.dataset.status === status.value);
      row.hidden = !fits;
      shown += fits;
    }
    document.getElementById("shown").textContent = shown + " shown";
  };
  find.addEventListener("input", filter);
  status.addEventListener("change", filter);
}
