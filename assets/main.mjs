/** The page's only module that Dash includes: mounts the linked-view kit into the page. */
import { start } from "./kit/bridge.mjs";

start();
