// The day, as the server writes it: 2026-03-02. Of the hour nothing is kept.

const DAY = 864e5;

export function today() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

export const plus = (day, days) => new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);
export const daysSince = (day) => (Date.parse(today()) - Date.parse(day)) / DAY;
