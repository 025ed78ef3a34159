// SurveyJS survey-core at its cheapest: one model reused, survey.data =, validate(), the declared total by a loop.
// One JSON line in, one out: first the load, then {from, to} for each round.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const { Model } = createRequire(process.argv[2])("survey-core");
let survey, items, submissions;

function months(day, asOf) {
  const [y, m, d] = day.split("-").map(Number), [ty, tm, td] = asOf.split("-").map(Number);
  return 12 * (ty - y) + tm - m - (td < d ? 1 : 0);
}

function byStep(steps, amount) {
  let points = 0;
  for (const [start, earned] of steps) if (amount >= start) points = earned;
  return points;
}

function points(item, value, data, asOf) { // null: there are none, so the item leaves the sum
  if (value === undefined || value === "never") return 0;
  if (item.points) return item.points[value];
  if (item.type === "number") return byStep(item.steps, value);
  if (item.type === "date") return byStep(item.steps, months(value, asOf));
  if (item.type === "multiple") {
    const complete = item.must_have.every((each) => value.includes(each)) && !value.includes(item.exclusive);
    return complete ? Math.floor((100 * value.length) / item.options) : 0;
  }
  const whole = item.of_fact ? data[item.of_fact] : value.of;
  if (whole === 0) return null;
  let earned = 0;
  for (const [start, each] of item.steps) if (value.is * 100 >= start * whole) earned = each;
  return earned;
}

function score(raw) {
  const { as_of, profile, answers } = JSON.parse(raw);
  const data = { ...profile };
  for (const id in answers) if (answers[id].value !== undefined) data[id] = answers[id].value;
  survey.data = data;
  const valid = survey.validate(false);
  let sum = 0, weight = 0;
  for (const { item, question } of items) {
    if (!question.isVisible || answers[item.id]?.not_applicable) continue;
    const earned = points(item, question.value, data, as_of);
    if (earned === null) continue;
    sum += item.weight * earned;
    weight += item.weight;
  }
  return [valid, sum, weight];
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  let answer = {};
  if (asked.survey) {
    survey = new Model(asked.survey);
    items = asked.items.map((item) => ({ item, question: survey.getQuestionByName(item.id) }));
    submissions = asked.submissions;
  } else {
    const part = submissions.slice(asked.from, asked.to), start = performance.now();
    const totals = part.map(score);
    answer = { seconds: (performance.now() - start) / 1000, totals, rss_kb: process.resourceUsage().maxRSS };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
