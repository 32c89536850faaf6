import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./style/base.css";
import "./style/controls.css";
import "./style/home.css";
import "./style/run.css";
import "./style/player.css";
import "./style/card.css";
import { comeBack } from "./logic/route.ts";
import { App } from "./view/App.tsx";

const page = document.getElementById("page");
if (!page) throw new Error("index.html has no element with the id page");
comeBack();
createRoot(page).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
