# mm.gdb - helpers for a debugger in the in-process mode; `make gdb` loads it.
#
#   live          the live payloads, lowest first
#   block P       what lies at address P
#   show_block N  the bytes of block N, and of what stands before it
#   heapcheck     your mm_checkheap, and all payloads that are damaged already
#   watch_block N stop when the first 8 bytes of block N are written
#   where_am_i    the operation that is under way

set pagination off
set confirm off
set print pretty on
set height 0

define live
call (void)replay_live()
end
document live
live: lists the live payloads, lowest first, and says where the break is.
end

define block
call (void)replay_block($arg0)
end
document block
block P: says in words what lies at address P of the heap: a payload, or how far from one.
end

define show_block
set $payload = (char *)replay_payload($arg0)
if $payload == 0
echo that block is not live\n
else
echo the 16 bytes before its payload:\n
x/2gx $payload - 16
echo its payload:\n
x/8gx $payload
end
end
document show_block
show_block N: shows the first bytes of block N of the trace, and the header before them.
end

define heapcheck
call (void)replay_check()
end
document heapcheck
heapcheck: calls your mm_checkheap, then looks for payloads that are damaged already.
end

define watch_block
set $payload = (long *)replay_payload($arg0)
if $payload == 0
echo that block is not live\n
else
watch -location *$payload
end
end
document watch_block
watch_block N: stops when the first 8 bytes of the payload of block N change. (For other bytes:
watch *(long *)ADDRESS.) The program writes them too, when it fills or frees the block.
end

define where_am_i
printf "line %u: %s\n", replay.line, replay.what
end
document where_am_i
where_am_i: the line of the trace that is under way.
end

# Some virtual machines accept hardware watchpoints and never stop at one. This tries.
set $hardware = 0
tbreak main
run
watch replay_word
commands
silent
set $hardware = 1
continue
end
tbreak replay_probed
continue
delete
if $hardware == 0
set can-use-hw-watchpoints 0
echo Hardware watchpoints do not work on this machine: `watch` steps through the code, slowly.\n
end

# And now to the operation that was asked for. A fault on the way stops the program as well.
set $arrived = 0
if $_isvoid($_exitcode)
break replay_here
commands
silent
set $arrived = 1
end
continue
delete
end
if $arrived
up
printf "\nYou stand before line %u of the trace: %s\n", replay.line, replay.what
end
if !$arrived && $_isvoid($_exitcode)
printf "\nIt stopped at line %u of the trace: %s\n", replay.line, replay.what
end
if !$_isvoid($_exitcode)
echo \nThe program ended before that line of the trace; its last words stand above.\n
echo Next: quit, then make gdb with the LINE that they name, or make grade.\n
else
echo Type `step` (twice) to enter your allocator, `break coalesce` and `continue` to go on, or:\n
echo   live   block P   show_block N   watch_block N   heapcheck   where_am_i   (help NAME)\n
end
