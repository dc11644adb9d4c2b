-- Puts the reader of files through many inputs in one tshark: DASHSTREAM_INPUTS names a file of them, each behind its length
-- (4 bytes, big-endian). Prints a line for each: `refused`, or the packets as WHAT:FIRST:LAST:CODE. It loads the dissector
-- itself, and gives its reader a file that is a string.

local plugin = assert(loadfile(os.getenv("DASHSTREAM_LUA")))()
local reading, codes = plugin.reading, {}
for name, error in pairs(plugin.errors) do codes[error.number] = name end

local function file_of(data)
  local at = 0
  local file = {}
  function file:seek(_, to)
    at = to
    return at
  end
  function file:read(count)
    local part = data:sub(at + 1, at + count)
    at = at + #part
    return #part > 0 and part or nil
  end
  return file
end

-- (unpack gives the place behind the number, too.)
local function u32(text) return (Struct.unpack(">I4", text)) end

local function packets_of(data)
  local file, capture, said, covered = file_of(data), {}, {}, nil
  if not reading.read_open(file, capture) then return "refused" end
  while true do
    local frame = {}
    local offset = reading.read(file, capture, frame)
    if not offset then break end
    -- The same packet is given when it is asked for again.
    local again = {}
    assert(reading.seek_read(file, capture, again, offset) and again.data == frame.data)
    local lead = frame.data:sub(plugin.lead_at, plugin.lead_at + 9)
    local first = u32(lead:sub(3, 6)) * 4294967296 + u32(lead:sub(7, 10))
    local last = first + #frame.data - plugin.lead_at - 9
    -- (Behind a damaged signature comes the rest of the header, which is no packet.)
    assert(covered == nil or covered == first or covered == 8 and first == 28, "a packet does not begin where the one before it ended")
    assert(frame.data:sub(plugin.lead_at + 10) == data:sub(first + 1, last), "a packet has other bytes than the file")
    covered = last
    said[#said + 1] = string.format("%d:%d:%d:%s", lead:byte(1), first, last, codes[lead:byte(2)] or "")
  end
  assert(covered == nil or covered == #data or covered == 8 and #data == 28, string.format("the last packet ends at %s, and the file of %d bytes does not", covered, #data))
  return table.concat(said, " ")
end

local inputs = assert(io.open(os.getenv("DASHSTREAM_INPUTS"), "rb"))
local out = assert(io.open(os.getenv("DASHSTREAM_ANSWERS"), "w"))
while true do
  local length = inputs:read(4)
  if not length then break end
  out:write(packets_of(inputs:read(u32(length)) or ""), "\n")
end
out:close()
