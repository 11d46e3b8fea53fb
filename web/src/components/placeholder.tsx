// Where text will stand that is still being loaded.

interface PlaceholderProps {
  readonly lines: number;
}

export function Placeholder({ lines }: PlaceholderProps) {
  return (
    <span className="placeholder" aria-hidden="true">
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} className="placeholder-line" />
      ))}
    </span>
  );
}
