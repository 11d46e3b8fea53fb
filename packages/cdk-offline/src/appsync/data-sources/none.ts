// The data source NONE: its result is the payload of the request.

import { membersOf, type DataSource } from "./data-source.ts";

export const noneDataSource: DataSource = ({ request }) =>
  Promise.resolve({ result: membersOf(request)["payload"] ?? null });
