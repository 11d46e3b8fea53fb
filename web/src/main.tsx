// Where the page starts.

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";

// A page that the Back button brings out of the browser's memory may show a session that has ended since.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

const root = document.getElementById("page");
if (root === null) throw new Error('index.html has no element with the id "page"');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
