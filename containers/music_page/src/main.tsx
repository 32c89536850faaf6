import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./style/base.css";
import "./style/home.css";
import "./style/run.css";
import "./style/card.css";
import { App } from "./view/App.tsx";

const page = document.getElementById("page");
if (!page) throw new Error("index.html has no element with the id page");
createRoot(page).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
