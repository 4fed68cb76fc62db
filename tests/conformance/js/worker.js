import * as sealwright from "./sealwright/workerd.js";
import { run } from "./suite.js";

export default {
  /** @param {Request} request */
  async fetch(request) {
    return Response.json(await run(sealwright, await request.json()));
  },
};
