// The script of every page: small, and nothing on a page needs it to work.
import { dialogs } from "./dialogs";
import { forms } from "./forms";
import { marks } from "./marks";
import { swaps } from "./swaps";

dialogs();
forms();
marks();
swaps();
