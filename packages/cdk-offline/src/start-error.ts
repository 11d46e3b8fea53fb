// Why `npm start` ends before it serves: shown as one sentence, with exit code 1.

export class StartError extends Error {
  override readonly name = "StartError";
}
