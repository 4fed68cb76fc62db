// The Worker under test, and beside it one whose bucket fails.
import { ReplayGuard, createWorker } from "sealwright/edge/worker";

import bundle from "./policy.tar.gz";

export { ReplayGuard };

const sound = createWorker(bundle);
const failing = createWorker(bundle);

const broken = new Proxy(
  {},
  {
    get: () => async () => {
      throw new Error("the bucket is out of order");
    },
  },
);

export default {
  /**
   * @param {Request} request
   * @param {any} environment
   */
  fetch(request, environment) {
    if (request.headers.has("x-broken-bucket")) {
      return failing.fetch(request, { ...environment, BUCKET: broken });
    }
    return sound.fetch(request, environment);
  },
};
