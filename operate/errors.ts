// Why a command cannot do what it was asked: shown as one sentence, with exit code 1.

export class OperateError extends Error {
  override readonly name = "OperateError";
}
