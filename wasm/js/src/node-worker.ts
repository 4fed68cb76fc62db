import { parentPort } from "node:worker_threads";

import { serve } from "./serving.js";

parentPort?.on("message", serve((answer, transfer) => parentPort?.postMessage(answer, transfer)));
