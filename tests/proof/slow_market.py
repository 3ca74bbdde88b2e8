"""The slow, obvious twin of the backtest: an account in shares and currency, one symbol and one session at a time."""

from __future__ import annotations

import math


def walk(bars, wanted, costs):
    """Every session's net return, gross return, cost, turnover, exposure and borrow fee, and what each symbol added."""
    n_symbols, n_sessions = bars.shape
    rate = (costs.commission_bps + costs.slippage_bps) / 10_000
    present = [[_known(bars, s, t) for t in range(n_sessions)] for s in range(n_symbols)]
    cash, shares, mark = costs.initial_capital, [0.0] * n_symbols, [None] * n_symbols
    rows, added = [(0.0,) * 6], [0.0] * n_symbols
    for s in range(n_symbols):
        mark[s] = bars.close[s, 0] if present[s][0] else None
    for t in range(1, n_sessions):
        start = cash + sum(shares[s] * mark[s] for s in range(n_symbols) if shares[s])
        earlier = list(added)
        value, sides = [0.0] * n_symbols, [(False, False)] * n_symbols
        for s in range(n_symbols):
            price = bars.open[s, t] if present[s][t] else mark[s]
            value[s] = shares[s] * price if shares[s] else 0.0
            sides[s] = _sides(bars, s, t, mark[s], costs) if present[s][t] else (False, False)
            added[s] += (value[s] - (shares[s] * mark[s] if shares[s] else 0.0)) / start
        at_open = cash + sum(value)
        if at_open <= start * 1e-9:  # ruined before anything could be traded
            lost = [value[k] - (shares[k] * mark[k] if shares[k] else 0.0) for k in range(n_symbols)]
            added = [before - (added_now / sum(lost)) for before, added_now in zip(earlier, lost, strict=True)]
            rows.append((-1.0, -1.0, 0.0, 0.0, 0.0, 0.0))
            break
        order = _orders(bars, wanted, t, value, at_open, sides, costs)
        notional = sum(abs(x) for x in order)
        nights = int((bars.sessions[t] - bars.sessions[t - 1]).astype(int))
        lent = [costs.borrow_bps_annual / 10_000 * nights / 365 * max(-x, 0.0) for x in value]
        keep = 1.0 - (rate * notional + sum(lent)) / at_open
        for s in range(n_symbols):
            added[s] -= (rate * abs(order[s]) + lent[s]) / start
            if present[s][t]:
                shares[s] = (value[s] + order[s]) * keep / bars.open[s, t]
                added[s] += shares[s] * (bars.close[s, t] - bars.open[s, t]) / start
                mark[s] = bars.close[s, t]
            elif shares[s]:
                shares[s] *= keep  # the cost is taken pro rata out of everything held
        cash = (at_open - sum(value) - sum(order)) * keep
        at_close = cash + sum(shares[s] * mark[s] for s in range(n_symbols) if shares[s])
        if at_close <= at_open * 1e-9:  # ruined by the close
            lost = [now - before for now, before in zip(added, earlier, strict=True)]
            added = [before - gone / sum(lost) for before, gone in zip(earlier, lost, strict=True)]
            rows.append((-1.0, max(at_close, 0.0) / keep / start - 1.0, 1.0 - keep, notional / at_open, 0.0, sum(lent) / at_open))
            break
        gross_after, left_over = at_close, 1.0
        sold = 0.0
        for s in range(n_symbols):
            if shares[s] and present[s][t] and t < n_sessions - 1 and not any(present[s][t + 1 :]):
                sold += abs(shares[s] * mark[s])
                added[s] -= rate * abs(shares[s] * mark[s]) / start
                cash += shares[s] * mark[s]
                shares[s] = 0.0
        if sold:
            left_over = 1.0 - rate * sold / gross_after
            cash *= left_over
            shares = [x * left_over for x in shares]
        end = cash + sum(shares[s] * mark[s] for s in range(n_symbols) if shares[s])
        gross = gross_after / keep / start - 1.0
        exposure = sum(abs(shares[s] * mark[s]) for s in range(n_symbols) if shares[s]) / end
        rows.append(
            (end / start - 1.0, gross, 1.0 - keep * left_over, notional / at_open + sold / gross_after, exposure, sum(lent) / at_open)
        )
    rows += [(0.0,) * 6] * (n_sessions - len(rows))
    return [list(column) for column in zip(*rows, strict=True)], added


def _orders(bars, wanted, t, value, at_open, sides, costs):
    order = []
    for s in range(len(value)):
        wish = wanted[s, t - 1]
        amount = (0.0 if math.isnan(wish) else wish) * at_open - value[s]
        can_be_bought, can_be_sold = sides[s]
        if not (can_be_bought if amount > 0 else can_be_sold):
            amount = 0.0
        elif costs.max_volume_fraction is not None:
            volume = 0.0 if math.isnan(bars.volume[s, t]) else bars.volume[s, t]
            cap = costs.max_volume_fraction * volume * bars.open[s, t]
            amount = max(-cap, min(cap, amount))
        order.append(amount)
    grows = [abs(value[s] + order[s]) > abs(value[s]) for s in range(len(value))]
    after = sum(abs(v + x) for v, x in zip(value, order, strict=True)) / at_open
    if after > costs.max_leverage + 1e-12:
        before = sum(abs(v if g else v + x) for v, x, g in zip(value, order, grows, strict=True)) / at_open
        share = max(0.0, min(1.0, (costs.max_leverage - before) / (after - before))) if after > before else 0.0
        order = [x * share if g else x for x, g in zip(order, grows, strict=True)]
    return order


def _known(bars, s, t):
    return math.isfinite(bars.open[s, t]) and math.isfinite(bars.close[s, t]) and bars.open[s, t] > 0 and bars.close[s, t] > 0


def _sides(bars, s, t, mark, costs):
    """Can it be bought, can it be sold at this open?"""
    if costs.limit_move_fraction is None or mark is None:
        return True, True
    gap, limit = bars.open[s, t] / mark - 1.0, costs.limit_move_fraction - 1e-12
    return gap < limit, gap > -limit
