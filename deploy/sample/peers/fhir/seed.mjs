// Records of the sample hospital. Dates are written relative to the day of seeding ("@-35d", "@-1y-03-14"), so that
// "the last six months" and "last year" always hold something.
import { readFileSync } from 'node:fs';

const DAY = 24 * 60 * 60 * 1000;
const seoul = (time) => new Date(time.getTime() + 9 * 60 * 60 * 1000);

function resolveDate(text, now) {
  return text.replace(/@-(\d+)d|@-(\d+)y/g, (_, days, years) =>
    days
      ? seoul(new Date(now.getTime() - Number(days) * DAY)).toISOString().slice(0, 10)
      : String(seoul(now).getUTCFullYear() - Number(years)),
  );
}

// "series" is shorthand of the seed alone: one Observation for each [day, value] pair.
function expand(record) {
  if (!record.series) return [record];
  const { series, id, ...common } = record;
  return series.map(([day, value, note], index) => ({
    ...common,
    id: `${id}-${index + 1}`,
    effectiveDateTime: `${day}T09:10:00+09:00`,
    valueQuantity: { ...common.valueQuantity, value },
    ...(note ? { note: [{ text: note }] } : {}),
  }));
}

export function readSeed(file, now) {
  const { resources } = JSON.parse(resolveDate(readFileSync(file, 'utf8'), now));
  return resources.flatMap(expand);
}
