import { ConfigError } from "../../base/errors.ts";

/** An engine cannot be used. */
export class EngineError extends ConfigError {
  override name = "EngineError";
  /** Whether it may do what was asked for later: it is away, begins, or has no room. */
  readonly mayPass: boolean;

  constructor(message: string, mayPass: boolean, options?: ErrorOptions) {
    super("address", message, options);
    this.mayPass = mayPass;
  }
}
