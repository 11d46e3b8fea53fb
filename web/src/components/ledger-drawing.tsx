// A drawing of a ledger in which every line is ticked off. It says nothing that the words beside it do not say.

const LINES = [
  { top: 34, width: 118 },
  { top: 78, width: 92 },
  { top: 122, width: 130 },
  { top: 166, width: 104 },
] as const;

export function LedgerDrawing() {
  return (
    <svg className="drawing" viewBox="0 0 280 216" aria-hidden="true">
      <rect className="drawing-sheet" x="1" y="1" width="278" height="214" rx="14" />
      {LINES.map(({ top, width }) => (
        <g key={top}>
          <rect className="drawing-strong" x="28" y={top} width={width} height="9" rx="4.5" />
          <rect className="drawing-faint" x="28" y={top + 17} width={width - 34} height="6" rx="3" />
          <circle className="drawing-seal" cx="238" cy={top + 11} r="14" />
          <path className="drawing-tick" d={`m231.5 ${top + 11.5} 4.5 4.5 8.5-9.5`} />
        </g>
      ))}
      {LINES.slice(1).map(({ top }) => (
        <path key={top} className="drawing-rule" d={`M1 ${top - 11}h278`} />
      ))}
    </svg>
  );
}
