import { useSyncExternalStore } from "react";

/** The run that the address names, or null for the first view. */
export const runOf = (hash: string) => /^#\/runs\/(m[a-z2-7]{25})$/.exec(hash)?.[1] ?? null;

export const addressOf = (id: string) => `#/runs/${id}`;

export const HOME = "#/";

const subscribe = (listener: () => void) => {
  addEventListener("hashchange", listener);
  return () => removeEventListener("hashchange", listener);
};

/** The id of the run that is shown; it stands in the address, so a reload and a link lead to it. */
export function useRoute(): string | null {
  return runOf(useSyncExternalStore(subscribe, () => location.hash));
}

const LEFT = "left";

/** Load the page anew, which leads to where one signs in; that keeps no part after the #. */
export function signIn() {
  try {
    sessionStorage.setItem(LEFT, location.hash);
  } catch {}
  location.reload();
}

/** Go to where one was before signing in. */
export function comeBack() {
  try {
    const left = sessionStorage.getItem(LEFT);
    sessionStorage.removeItem(LEFT);
    if (left && !location.hash) location.replace(left);
  } catch {}
}

export function go(address: string, { instead = false } = {}) {
  if (instead) location.replace(address);
  else location.hash = address;
}
