// The one style sheet of the sign-in pages: a single column that fits a phone, in light and dark.
//
// Every colour of text has a contrast of at least 4.5 : 1 with what is behind it, every edge of a field 3 : 1 (WCAG 2.2,
// 1.4.3 and 1.4.11).

export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #eef1f5; --card: #ffffff; --text: #17202c; --quiet: #4f5b6b; --line: #d5dbe3; --edge: #76818f;
  --accent: #0b57b7; --accent-strong: #084594; --on-accent: #ffffff;
  --error: #b3261e; --error-page: #fdf0ef; --notice: #1d6b3a; --notice-page: #eaf5ee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f141a; --card: #1a212b; --text: #e8ecf2; --quiet: #a9b3c0; --line: #323d4a; --edge: #7b8aa0;
    --accent: #8ab9ff; --accent-strong: #b3d2ff; --on-accent: #0c1a2b;
    --error: #ffb4ab; --error-page: #3a1f1d; --notice: #8fd6a8; --notice-page: #173022;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; min-height: 100svh; padding: 1rem;
  display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 1rem;
  background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif;
}
main {
  width: 100%; max-width: 25rem; padding: 2rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 0.9rem; box-shadow: 0 1px 2px rgb(16 24 40 / 6%), 0 8px 24px rgb(16 24 40 / 8%);
  overflow-wrap: anywhere;
}
main.wide { max-width: 44rem; }
h1 { margin: 0 0 0.25rem; font-size: 1.5rem; line-height: 1.25; letter-spacing: -0.01em; text-wrap: balance; }
h2 { margin: 0; font-size: 1.05rem; }
p { margin: 0.5rem 0; }
a { color: var(--accent); text-underline-offset: 0.15em; }
a:hover { color: var(--accent-strong); }
.quiet { color: var(--quiet); font-size: 0.9rem; }
.field { margin-top: 1.1rem; }
.field .quiet { margin: 0.5rem 0 0; }
label { display: block; font-weight: 600; }
input {
  width: 100%; min-height: 2.9rem; margin-top: 0.45rem; padding: 0.6rem 0.75rem; scroll-margin: 7rem; font: inherit; color: inherit;
  background: transparent; border: 1px solid var(--edge); border-radius: 0.5rem;
}
input[hidden] { display: none; }
input[aria-invalid="true"] { border-color: var(--error); box-shadow: inset 0 0 0 1px var(--error); }
input[inputmode="numeric"] { font-size: 1.25rem; font-variant-numeric: tabular-nums; letter-spacing: 0.2em; }
button {
  width: 100%; min-height: 2.9rem; margin-top: 1.5rem; padding: 0.65rem; font: inherit; font-weight: 600;
  color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: 0.5rem;
  cursor: pointer;
}
button:hover { background: var(--accent-strong); border-color: var(--accent-strong); }
button.second { margin-top: 0.6rem; color: var(--accent); background: transparent; border-color: var(--edge); }
button.second:hover { color: var(--accent-strong); border-color: var(--accent-strong); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.error { color: var(--error); font-size: 0.95rem; margin: 0.3rem 0 0; }
.banner {
  margin: 1rem 0 0; padding: 0.65rem 0.85rem; color: var(--notice); background: var(--notice-page);
  border-inline-start: 4px solid var(--notice); border-radius: 0.35rem; font-size: 0.95rem;
}
.banner.error { color: var(--error); background: var(--error-page); border-color: var(--error); }
.aside { margin: 0.9rem 0 0; text-align: center; font-size: 0.95rem; }
.foot { margin-top: 1.5rem; padding-top: 1rem; border-top: 1px solid var(--line); text-align: center; }
ol { margin: 1rem 0 0; padding-inline-start: 1.3rem; }
li { margin-top: 0.75rem; }
li::marker { font-weight: 600; }
.qr { margin: 0.75rem 0; padding: 0.25rem; background: #ffffff; border: 1px solid var(--line); border-radius: 0.5rem; }
.qr svg { display: block; width: 15rem; max-width: 100%; height: auto; margin: auto; }
nav { display: flex; gap: 1rem; font-size: 0.9rem; }
nav a { padding: 0.25rem; }
article { padding: 1rem 0; border-top: 1px solid var(--line); }
code { font: 600 1.15rem/1.3 ui-monospace, monospace; letter-spacing: 0.06em; }
code.key { display: block; margin-top: 0.35rem; font-size: 1rem; line-height: 1.6; letter-spacing: 0.02em; }
@media (max-width: 26rem) {
  body { padding: 0.5rem; }
  main { padding: 1.25rem 1.1rem; }
}
`;
