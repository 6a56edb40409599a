import { Expiries } from './access/expiries.js';
import { Revocations } from './access/revocations.js';
import { Users } from './access/users.js';
import { Audiences } from './audience/audiences.js';
import { FlowControl } from './backpressure/flow-control.js';
import { SlowConsumers } from './backpressure/slow-consumers.js';
import { WorkBudget } from './backpressure/work-budget.js';
import type { Connection } from './connection/connection.js';
import { Identities } from './connection/identities.js';
import { Liveness } from './connection/liveness.js';
import { FanOut } from './delivery/fan-out.js';
import { Flusher } from './delivery/flusher.js';
import { SocketWriter } from './delivery/socket-writer.js';
import { HubCounters, HubEvents } from './events.js';
import { Guard } from './guard.js';
import type { HubOptions } from './hub-options.js';
import { Intake } from './intake/intake.js';
import type { MessageLog } from './log/index.js';
import { Joining } from './subscriptions/joining.js';
import { Subscriptions } from './subscriptions/subscriptions.js';
import type { Clock } from './time/clock.js';
import { Tracing } from './tracing/tracing.js';

/** Wiring only: the parts behind the hub's API, each created once, in the order of their dependencies. */
export class HubParts {
  readonly counters = new HubCounters();
  readonly events = new HubEvents();
  readonly guard = new Guard(this.events);
  readonly tracing = new Tracing(this.guard);
  readonly identities = new Identities();
  readonly audiences = new Audiences<Connection>(this.events);
  readonly users: Users;
  readonly expiries: Expiries;
  readonly revocations: Revocations;
  readonly budget: WorkBudget;
  readonly flow: FlowControl;
  readonly slow: SlowConsumers;
  readonly liveness: Liveness;
  readonly intake: Intake;
  readonly flusher: Flusher;
  readonly subscriptions: Subscriptions;
  readonly joining: Joining;
  readonly fanOut: FanOut;

  constructor(options: HubOptions, log: MessageLog, clock: Clock) {
    const { counters, events, guard, tracing, identities, audiences } = this;
    const budget = new WorkBudget(clock, guard);
    this.budget = budget;
    this.users = new Users(options.maxConnectionsPerUser);
    this.expiries = new Expiries(options.tokenGraceMs, clock, events, guard);
    this.revocations = new Revocations(clock);
    this.flow = new FlowControl(options, clock, events);
    this.slow = new SlowConsumers(options, clock, this.flow, events, budget, guard);
    this.liveness = new Liveness(options, clock, counters, events, guard);
    this.intake = new Intake(budget, this.flow, clock);
    const writer = new SocketWriter(clock, events, counters, this.slow, guard);
    this.flusher = new Flusher(options, clock, writer, budget, tracing);
    this.subscriptions = new Subscriptions(
      log,
      audiences,
      identities,
      writer,
      counters,
      events,
      budget,
      guard,
    );
    this.joining = new Joining(options, log, this.subscriptions, events, guard);
    this.fanOut = new FanOut(log, audiences, identities, this.flusher, budget, writer, guard, tracing);
  }
}
