// The one style sheet of the sign-in pages: a single column that fits a phone, in light and dark.

export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f3f5f8; --card: #ffffff; --text: #17202c; --quiet: #556070; --line: #c9d0da; --edge: #768292;
  --accent: #0a5dc2; --on-accent: #ffffff; --error: #b3261e; --error-page: #fdf0ef; --notice-page: #e9f2ec;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #10151c; --card: #1a212b; --text: #e8ecf2; --quiet: #a3adba; --line: #3d4856; --edge: #7b8aa0;
    --accent: #7fb4ff; --on-accent: #0c1a2b; --error: #ffb4ab; --error-page: #3a1f1d; --notice-page: #1c3125;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; padding: 1rem; display: grid; place-items: center;
  background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif;
}
main {
  width: 100%; max-width: 25rem; padding: 1.75rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 0.75rem; overflow-wrap: anywhere;
}
main.wide { max-width: 44rem; }
h1 { margin: 0 0 0.25rem; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 0; font-size: 1.05rem; }
p { margin: 0.5rem 0; }
a { color: var(--accent); }
.quiet { color: var(--quiet); font-size: 0.9rem; }
.field { margin-top: 1.1rem; }
label { display: block; font-weight: 600; }
input {
  width: 100%; margin-top: 0.25rem; padding: 0.6rem 0.7rem; font: inherit; color: inherit;
  background: transparent; border: 1px solid var(--edge); border-radius: 0.4rem;
}
input[aria-invalid="true"] { border-color: var(--error); }
button {
  width: 100%; margin-top: 1.4rem; padding: 0.7rem; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: 0.4rem;
}
button.second { margin-top: 0.6rem; color: var(--accent); background: transparent; border-color: var(--edge); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.error { color: var(--error); font-size: 0.95rem; margin: 0.3rem 0 0; }
.banner { margin: 1rem 0 0; padding: 0.6rem 0.8rem; border-radius: 0.4rem; background: var(--notice-page); }
.banner.error { background: var(--error-page); }
.foot { margin-top: 1.5rem; padding-top: 0.9rem; border-top: 1px solid var(--line); }
article { padding: 1rem 0; border-top: 1px solid var(--line); }
code { font: 600 1.15rem/1.3 ui-monospace, monospace; letter-spacing: 0.06em; }
`;
