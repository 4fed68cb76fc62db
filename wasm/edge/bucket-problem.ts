import { BucketFullError, UploadGoneError } from "./bucket.js";
import { Problem, problemOf, uploadGone } from "./problem.js";

/** Makes a call to a bucket and turns what it throws into a problem. */
export async function reaching<Value>(call: () => Promise<Value>): Promise<Value> {
  try {
    return await call();
  } catch (failure) {
    throw bucketProblem(failure);
  }
}

/** Returns the problem that a bucket's failure is. */
export function bucketProblem(failure: unknown): Problem {
  const problem = problemOf(failure);
  if (problem.code !== "internal") {
    return problem;
  }
  if (failure instanceof UploadGoneError) {
    return uploadGone();
  }
  const headers = { "retry-after": "5" };
  return failure instanceof BucketFullError
    ? new Problem(507, "bucket_full", { headers, cause: failure })
    : new Problem(502, "bucket_failed", { headers, cause: failure });
}
