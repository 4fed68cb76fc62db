import "./sealwright/workerd-tools.js";
import * as sealwright from "./sealwright/workerd.js";
import { run } from "./suite.js";
import * as workers from "./workers.js";

export default {
  /** @param {Request} request */
  async fetch(request) {
    if (new URL(request.url).pathname === "/workers") {
      return Response.json(await workers.run(sealwright));
    }
    return Response.json(await run(sealwright, await request.json()));
  },
};
