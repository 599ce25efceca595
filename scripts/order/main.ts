import { compareOrders } from "./compare.js";

/** `npm run order`: single moves against the exact optimum, over random stages. */
const counts = [4, 6, 8, 10];
console.log("steps  cases  possible gain  reached by single moves  optimum reached  moves");
for (const steps of counts) {
  const { cases, possible, reached, exact, moves } = compareOrders(steps, steps > 8 ? 300 : 1000);
  const cells = [
    String(steps).padStart(5),
    String(cases).padStart(6),
    `${possible.toFixed(1)} s`.padStart(14),
    `${(100 * reached).toFixed(1)} %`.padStart(24),
    `${(100 * exact).toFixed(1)} %`.padStart(16),
    moves.toFixed(2).padStart(6),
  ];
  console.log(cells.join(" "));
}
