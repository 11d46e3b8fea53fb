// Answers what it was given and where it would put it.
export async function handler(event) {
  return { reminder: event.reminder, table: process.env.TABLE_NAME, queue: process.env.QUEUE_URL };
}
