--[[
fill.lua - a pandoc filter: puts facts into the writeup, so that no number is written twice.

  {{final.utilization.zero}}          a key of the policy that the course file names
  {{percent:final.utilization.full}}  the same, as a percentage
  {{course.name}}                     a key of the course file; in Chinese course.name.zh, if it is there
  {{measured:bench}}                  a table or text from handout/measured/bench.md
  {{file:first-hour/2-fix.diff}}      a file of this folder, as a code block

A key that nobody knows stops the build: a page with a hole in it is worse than no page.
The folder of the handout and the course file are the metadata `handout` and `course`.
]]

local keys = {}
local language -- of the page
local phrases = {} -- of measured tables, English to this language

local function fail(text)
  io.stderr:write("handout: " .. text .. "\n")
  os.exit(2)
end

local function read(path)
  local file = io.open(path)
  if not file then fail(path .. " cannot be read") end
  local text = file:read("a")
  file:close()
  return text
end

-- `key = value` lines become keys[prefix .. key]. A file from Windows may begin with a mark.
local function read_keys(path, prefix)
  for line in (read(path):gsub("^\xef\xbb\xbf", "") .. "\n"):gmatch("(.-)\n") do
    local key, value = line:gsub("#.*", ""):match("^%s*([%w._-]+)%s*=%s*(.-)%s*$")
    if key then keys[prefix .. key] = value end
  end
end

local function value_of(key)
  local percent = key:match("^percent:(.+)$")
  if percent then return string.format("%g %%", tonumber(value_of(percent)) * 100) end
  return keys[key .. "." .. language] or keys[key] or fail("{{" .. key .. "}} is neither in the course file nor in a policy")
end

-- A value may itself contain keys, some levels deep.
local function fill(text, level)
  if (level or 0) > 9 then fail("a key stands in its own value: " .. text) end
  local filled, count = text:gsub("{{([%w.:_-]+)}}", function(key) return value_of(key) end)
  return count > 0 and fill(filled, (level or 0) + 1) or filled
end

-- `phrase<tab>translation` lines; a language without the file has its tables in English.
local function read_phrases(path)
  local file = io.open(path)
  if not file then return end
  for line in file:lines() do
    local phrase, other = line:match("^([^#\t][^\t]*)\t(.+)$")
    if phrase then phrases[phrase] = other end
  end
  file:close()
end

-- The cells of a table's rows, and whole lines.
local function translate(text)
  return (text:gsub("[^|\n]+", function(cell)
    local before, phrase, after = cell:match("^(%s*)(.-)(%s*)$")
    return phrases[phrase] and before .. phrases[phrase] .. after or cell
  end))
end

local function Meta(meta)
  local text = pandoc.utils.stringify
  language = text(meta.lang)
  keys.handout = text(meta.handout)
  read_phrases(keys.handout .. "/" .. language .. "/tables.tsv")
  read_keys(text(meta.course), "course.")
  for _, name in ipairs { "checkpoint", "final" } do
    read_keys(text(meta.top) .. "/" .. value_of("course.policy." .. name), name .. ".")
  end
  meta.title = fill(text(meta.title))
  meta.subtitle = fill(text(meta.subtitle))
  return meta
end

local function blocks_of(kind, name)
  local path = keys.handout .. "/" .. (kind == "measured" and "measured/" .. name .. ".md" or name)
  if kind == "measured" then return pandoc.read(translate(read(path)), "markdown").blocks end
  local class = name:match("%.([%w]+)$") or "text"
  return { pandoc.CodeBlock((read(path):gsub("\n$", "")), { class = class }) }
end

-- A paragraph that is nothing but {{measured:x}} or {{file:x}}.
local function Para(paragraph)
  local kind, name = pandoc.utils.stringify(paragraph):match("^{{(%a+):([%w./_-]+)}}$")
  if kind == "measured" or kind == "file" then return blocks_of(kind, name) end
end

-- Text in the middle of a sentence, in a table or a heading. A value is Markdown.
local function Inlines(inlines)
  local done = {}
  for _, inline in ipairs(inlines) do
    if inline.t == "Str" and inline.text:find("{{", 1, true) then
      local before, key, after = inline.text:match("^(.-){{([%w.:_-]+)}}(.*)$")
      local measured = key and key:match("^measured:(.+)$")
      local text = measured and read(keys.handout .. "/measured/" .. measured .. ".md") or
        fill(key and "{{" .. key .. "}}" or inline.text)
      if not key then fail("cannot understand " .. inline.text) end
      table.insert(done, pandoc.Str(before))
      local document = pandoc.read(text, "markdown")
      for _, piece in ipairs(pandoc.utils.blocks_to_inlines(document.blocks)) do
        table.insert(done, piece)
      end
      for _, piece in ipairs(Inlines({ pandoc.Str(after) })) do table.insert(done, piece) end
    else
      table.insert(done, inline)
    end
  end
  return done
end

-- A table that is wider than a phone moves in a box of its own.
local function Table(table_)
  return pandoc.Div({ table_ }, { class = "scroll" })
end

return { { Meta = Meta }, { Para = Para }, { Inlines = Inlines }, { Table = Table } }
