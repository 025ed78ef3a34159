-- One thread has one connection, and that one its own drafts: it knows their revisions, since nobody else writes there.
--
--   wrk -t N -c N … -s load.lua ADDRESS -- FILE
--
-- FILE has a line for each request of a thread, in the order in which they are sent, over and over:
--   thread TAB method TAB path TAB credential TAB body TAB revision
-- The revision is what If-Match says the first time, and one more each time the line is sent again; "-" for none.

local counter = 0

function setup(thread)
  thread:set("number", counter)
  counter = counter + 1
end

function init(arguments)
  lines, position, rounds = {}, 0, 0
  -- wrk asks the first thread for one request that it never sends, to see whether it is one.
  is_asked_in_vain = number == 0
  for line in io.lines(arguments[1]) do
    local parts = {}
    for part in (line .. "\t"):gmatch("([^\t]*)\t") do parts[#parts + 1] = part end
    if tonumber(parts[1]) == number then
      lines[#lines + 1] = {
        method = parts[2], path = parts[3], body = parts[5] ~= "" and parts[5] or nil, revision = tonumber(parts[6]),
        headers = {
          ["Authorization"] = parts[4] ~= "" and ("Bearer " .. parts[4]) or nil,
          ["Content-Type"] = parts[5] ~= "" and "application/json" or nil,
        },
      }
    end
  end
end

function request()
  if is_asked_in_vain then
    is_asked_in_vain = false
    return wrk.format("GET", "/")
  end
  position = position + 1
  if position > #lines then
    position, rounds = 1, rounds + 1
  end
  local line = lines[position]
  if line.revision ~= nil then
    line.headers["If-Match"] = string.format('"%d"', line.revision + rounds)
  end
  return wrk.format(line.method, line.path, line.headers, line.body)
end

function done(summary, latency, requests)
  local wrong = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "duration_us": %d, "p50_us": %d, "p99_us": %d, "errors": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    wrong.connect + wrong.read + wrong.write + wrong.status + wrong.timeout))
end
