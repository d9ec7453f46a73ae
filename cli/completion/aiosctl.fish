# SPDX-License-Identifier: GPL-2.0
#
# Completion of aiosctl for fish: commands, options, and the jobs, groups and
# devices that the machine has at the moment. A test holds it to the help.

function __aiosctl_jobs
    aiosctl list --no-header --columns id,name,state 2>/dev/null | string trim | string replace -r '\s+' '\t'
end

function __aiosctl_groups
    aiosctl group list --no-header --columns path 2>/dev/null
end

function __aiosctl_devices
    aiosctl devices list --no-header --columns id,name 2>/dev/null | string trim | string replace -r '\s+' '\t'
end

# __aiosctl_at COMMAND [SUBCOMMAND]: is this what the command line has so far?
# A SUBCOMMAND of - stands for none.
function __aiosctl_at
    set -l words
    for word in (commandline -opc)[2..-1]
        switch $word
            case --
                break
            case '-*'
                continue
            case '*'
                set -a words $word
        end
    end
    test "$words[1]" = "$argv[1]"; or return 1
    switch "$argv[2]"
        case ''
            return 0
        case -
            test (count $words) -eq 1
        case '*'
            test "$words[2]" = "$argv[2]"
    end
end

function __aiosctl_none
    for word in (commandline -opc)[2..-1]
        string match -q -- '-*' $word; or return 1
    end
end

complete -c aiosctl -f

complete -c aiosctl -n __aiosctl_none -a run -d 'run a command as a job and wait for it'
complete -c aiosctl -n __aiosctl_none -a submit -d 'queue a command as a job and print its id'
complete -c aiosctl -n __aiosctl_none -a list -d 'show the jobs that run and those that wait'
complete -c aiosctl -n __aiosctl_none -a show -d 'show all about a job'
complete -c aiosctl -n __aiosctl_none -a explain -d 'tell why a job has what it has, or what it waits for'
complete -c aiosctl -n __aiosctl_none -a limit -d 'set and read back the limits of a group or a job'
complete -c aiosctl -n __aiosctl_none -a group -d 'make, remove and show groups'
complete -c aiosctl -n __aiosctl_none -a update -d 'change what a live job asks for'
complete -c aiosctl -n __aiosctl_none -a hold -d 'keep queued jobs back; they keep their places'
complete -c aiosctl -n __aiosctl_none -a release -d 'let jobs on hold start when it is their turn'
complete -c aiosctl -n __aiosctl_none -a suspend -d 'freeze jobs; they keep their memory'
complete -c aiosctl -n __aiosctl_none -a resume -d 'let suspended jobs run again as soon as they fit'
complete -c aiosctl -n __aiosctl_none -a cancel -d 'end jobs, with all their processes'
complete -c aiosctl -n __aiosctl_none -a wait -d 'wait until jobs have ended'
complete -c aiosctl -n __aiosctl_none -a top -d 'watch the machine and its jobs'
complete -c aiosctl -n __aiosctl_none -a events -d 'follow what happens'
complete -c aiosctl -n __aiosctl_none -a devices -d 'show and declare accelerators'
complete -c aiosctl -n __aiosctl_none -a policy -d 'show and switch what orders the queue and shares the surplus'
complete -c aiosctl -n __aiosctl_none -a drain -d 'let no job start from a time on'
complete -c aiosctl -n __aiosctl_none -a undrain -d 'let jobs start again'
complete -c aiosctl -n __aiosctl_none -a metrics -d 'print the state as OpenMetrics text'
complete -c aiosctl -n __aiosctl_none -a doctor -d 'find what this machine lacks, and how to mend it'
complete -c aiosctl -n __aiosctl_none -a lp -d "solve a linear program with the kernel's allocator"
complete -c aiosctl -n __aiosctl_none -a simulate -d 'replay recorded workloads through the engine, without the module'
complete -c aiosctl -n __aiosctl_none -a version -d 'print the versions of command, library, ABI and module'
complete -c aiosctl -n __aiosctl_none -a help -d 'tell about a command'
complete -c aiosctl -n __aiosctl_none -s V -l version -d 'print the version'

complete -c aiosctl -l json -d 'print one JSON document'
complete -c aiosctl -l color -x -a 'auto always never' -d 'colour text'
complete -c aiosctl -s q -l quiet -d 'print no notes'
complete -c aiosctl -s h -l help -d 'print help'

for command in run submit limit update group
    set -l at "__aiosctl_at $command"
    test $command = group; and set at '__aiosctl_at group create'
    complete -c aiosctl -n $at -s c -l cpus -x -d 'CPUs'
    complete -c aiosctl -n $at -s m -l mem -x -d 'memory in bytes'
    complete -c aiosctl -n $at -l gpus -x -d 'accelerators'
    complete -c aiosctl -n $at -l gpu-mem -x -d 'accelerator memory in bytes'
    complete -c aiosctl -n $at -l io -x -d 'disk bandwidth in bytes a second'
    complete -c aiosctl -n $at -l net -x -d 'network bandwidth in bytes a second'
    complete -c aiosctl -n $at -l pids -x -d 'processes and threads'
    complete -c aiosctl -n $at -s w -l weight -x -d 'weight'
end

for command in run submit
    set -l at "__aiosctl_at $command"
    complete -c aiosctl -n $at -s g -l group -x -a '(__aiosctl_groups)' -d 'submit to this group'
    complete -c aiosctl -n $at -s n -l name -x -d 'name of the job'
    complete -c aiosctl -n $at -s p -l priority -x -d 'priority in the queue'
    complete -c aiosctl -n $at -s t -l time -x -d 'expected run time'
    complete -c aiosctl -n $at -l deadline -x -d 'when it should have ended'
    complete -c aiosctl -n $at -l strict -d 'cap at the grant, not at the limit'
    complete -c aiosctl -n $at -l exclusive -d 'share no accelerator'
    complete -c aiosctl -n $at -s f -l feature -x -d 'a number for the predictor'
    complete -c aiosctl -n $at -l adopt -r -F -d 'govern an existing cgroup'
    complete -c aiosctl -n $at -l threads -d 'size thread pools to the CPUs granted'
    complete -c aiosctl -n $at -l hold -d 'keep the job back until it is released'
    complete -c aiosctl -n $at -l gang -x -d 'start together with the jobs of this gang'
    complete -c aiosctl -n $at -l gang-size -x -d 'how many jobs the gang has'
    complete -c aiosctl -n $at -l retry-oom -x -d 'start it again when it runs out of memory'
    complete -c aiosctl -n $at -l after -x -a '(__aiosctl_jobs)' -d 'wait until these have started'
    complete -c aiosctl -n $at -l afterok -x -a '(__aiosctl_jobs)' -d 'wait until these have succeeded'
    complete -c aiosctl -n $at -l afterany -x -a '(__aiosctl_jobs)' -d 'wait until these have ended'
    complete -c aiosctl -n $at -l afternotok -x -a '(__aiosctl_jobs)' -d 'wait until these have failed'
    complete -c aiosctl -n $at -l dry-run -d 'show the decision, change nothing'
    complete -c aiosctl -n $at -a '(__fish_complete_subcommand)'
end
complete -c aiosctl -n '__aiosctl_at run' -l timeout -x -d 'give up when it has waited this long'
complete -c aiosctl -n '__aiosctl_at submit' -s o -l output -r -F -d 'file for standard output'
complete -c aiosctl -n '__aiosctl_at submit' -s e -l error -r -F -d 'file for standard error'
complete -c aiosctl -n '__aiosctl_at submit' -s C -l chdir -x -a '(__fish_complete_directories)' -d 'run the command there'

complete -c aiosctl -n '__aiosctl_at list' -s a -l all -d 'jobs that have ended as well'
complete -c aiosctl -n '__aiosctl_at list' -s g -l group -x -a '(__aiosctl_groups)' -d 'jobs of this group'
complete -c aiosctl -n '__aiosctl_at list' -s u -l user -x -a '(__fish_complete_users)' -d 'jobs of this user'
complete -c aiosctl -n '__aiosctl_at list' -s s -l state -x -a 'queued admitted running suspended done failed cancelled' -d 'jobs in these states'
complete -c aiosctl -n '__aiosctl_at list' -l sort -x -a 'id name group user state priority weight position cpu mem gpu wait run' -d 'sort by these keys'
complete -c aiosctl -n '__aiosctl_at list' -l columns -x -d 'show these columns'
complete -c aiosctl -n '__aiosctl_at list' -l start -d 'estimate starts'
complete -c aiosctl -n '__aiosctl_at list' -l no-header -d 'no line of headings'

for command in show explain update hold release suspend resume cancel wait
    complete -c aiosctl -n "__aiosctl_at $command" -a '(__aiosctl_jobs)'
end
complete -c aiosctl -n '__aiosctl_at limit' -a '(__aiosctl_jobs) (__aiosctl_groups)'
complete -c aiosctl -n '__aiosctl_at limit' -l strict -d 'cap at the grant'
complete -c aiosctl -n '__aiosctl_at limit' -l work-conserving -d 'cap at the limit'
complete -c aiosctl -n '__aiosctl_at update' -s p -l priority -x -d 'priority in the queue'
complete -c aiosctl -n '__aiosctl_at update' -s t -l time -x -d 'expected run time'
complete -c aiosctl -n '__aiosctl_at update' -l deadline -x -d 'when it should have ended'
complete -c aiosctl -n '__aiosctl_at wait' -l timeout -x -d 'give up after this time'
complete -c aiosctl -n '__aiosctl_at wait' -l until -x -a 'queued admitted running suspended' -d 'only until this state'
complete -c aiosctl -n '__aiosctl_at wait' -l any -d 'return when one has ended'

complete -c aiosctl -n '__aiosctl_at drain' -l at -x -d 'from then on'
complete -c aiosctl -n '__aiosctl_at drain' -l reason -x -d 'why'
complete -c aiosctl -n '__aiosctl_at drain' -l show -d 'only show what holds'

complete -c aiosctl -n '__aiosctl_at top' -s b -l batch -d 'plain text'
complete -c aiosctl -n '__aiosctl_at top' -s n -l iterations -x -d 'end after this many refreshes'
complete -c aiosctl -n '__aiosctl_at top' -s d -l delay -x -d 'time between refreshes'
complete -c aiosctl -n '__aiosctl_at top' -l sort -x -a 'id name group user state priority weight position cpu mem gpu wait run' -d 'sort by these keys'
complete -c aiosctl -n '__aiosctl_at top' -s g -l group -x -a '(__aiosctl_groups)' -d 'jobs of this group'
complete -c aiosctl -n '__aiosctl_at top' -s u -l user -x -a '(__fish_complete_users)' -d 'jobs of this user'

complete -c aiosctl -n '__aiosctl_at events' -l count -x -d 'end after this many events'
complete -c aiosctl -n '__aiosctl_at events' -l timeout -x -d 'end after this time'
complete -c aiosctl -n '__aiosctl_at events' -l type -x -a 'submitted admitted started granted suspended resumed ended limit oom group_created group_removed device held released retried drain' -d 'only these'
complete -c aiosctl -n '__aiosctl_at events' -l job -x -a '(__aiosctl_jobs)' -d 'only those of this job'

complete -c aiosctl -n '__aiosctl_at group -' -a list -d 'show the tree of groups'
complete -c aiosctl -n '__aiosctl_at group -' -a show -d 'show all about a group'
complete -c aiosctl -n '__aiosctl_at group -' -a create -d 'make a group, with limits at once'
complete -c aiosctl -n '__aiosctl_at group -' -a remove -d 'remove groups'
complete -c aiosctl -n '__aiosctl_at group list' -l columns -x -d 'show these columns'
complete -c aiosctl -n '__aiosctl_at group list' -l no-header -d 'no line of headings'
complete -c aiosctl -n '__aiosctl_at group create' -l owner -x -a '(__fish_complete_users)' -d 'owner'
complete -c aiosctl -n '__aiosctl_at group create' -l owner-group -x -a '(__fish_complete_groups)' -d 'owner group of the system'
complete -c aiosctl -n '__aiosctl_at group create' -l mode -x -d 'mode in octal'
for command in show create remove
    complete -c aiosctl -n "__aiosctl_at group $command" -a '(__aiosctl_groups)'
end

complete -c aiosctl -n '__aiosctl_at devices -' -a list -d 'show the accelerators'
complete -c aiosctl -n '__aiosctl_at devices -' -a add -d 'declare an accelerator'
complete -c aiosctl -n '__aiosctl_at devices -' -a set -d 'state its memory, or take it out of use'
complete -c aiosctl -n '__aiosctl_at devices -' -a remove -d 'forget declared accelerators'
complete -c aiosctl -n '__aiosctl_at devices list' -l columns -x -d 'show these columns'
complete -c aiosctl -n '__aiosctl_at devices list' -l no-header -d 'no line of headings'
complete -c aiosctl -n '__aiosctl_at devices add' -s m -l mem -x -d 'its memory'
complete -c aiosctl -n '__aiosctl_at devices set' -s m -l mem -x -d 'its memory'
complete -c aiosctl -n '__aiosctl_at devices set' -l offline -d 'place nothing on it any more'
complete -c aiosctl -n '__aiosctl_at devices set' -l online -d 'use it again'
for command in set remove
    complete -c aiosctl -n "__aiosctl_at devices $command" -a '(__aiosctl_devices)'
end

complete -c aiosctl -n '__aiosctl_at policy -' -a show -d 'print the policy'
complete -c aiosctl -n '__aiosctl_at policy -' -a set -d 'switch it'
complete -c aiosctl -n '__aiosctl_at policy show' -s g -l group -x -a '(__aiosctl_groups)' -d 'of this group'
complete -c aiosctl -n '__aiosctl_at policy set' -l policy -x -a 'priority fifo sjf saf f1 wfp3 smallest edf tetris drf fairshare rr las srtf' -d 'what orders the queue'
complete -c aiosctl -n '__aiosctl_at policy set' -l backfill -x -a 'none easy conservative' -d 'how jobs may pass others'
complete -c aiosctl -n '__aiosctl_at policy set' -l objective -x -a utility -d 'what shares the surplus'
complete -c aiosctl -n '__aiosctl_at policy set' -l quantum -x -d 'time slice'
complete -c aiosctl -n '__aiosctl_at policy set' -l aging -x -d 'wait worth a step of priority'
complete -c aiosctl -n '__aiosctl_at policy set' -l half-life -x -d 'in which use counts half'
complete -c aiosctl -n '__aiosctl_at policy set' -l guard -x -a none -d 'times longer than fifo'
complete -c aiosctl -n '__aiosctl_at policy set' -s g -l group -x -a '(__aiosctl_groups)' -d 'of the jobs of this group'
complete -c aiosctl -n '__aiosctl_at policy set' -l inherit -d 'the group has none of its own'
complete -c aiosctl -n '__aiosctl_at policy set' -l guard-floor -x -d 'the least wait that it multiplies'

complete -c aiosctl -n '__aiosctl_at lp' -l timeout -x -d 'stop after this time'
complete -c aiosctl -n '__aiosctl_at lp' -l objective -x -a 'utility maxmin drf proportional' -d 'what is made as large as can be'
complete -c aiosctl -n '__aiosctl_at lp' -l resources -x -d 'drf: shares are of the first rows'
complete -c aiosctl -n '__aiosctl_at lp' -F
complete -c aiosctl -n '__aiosctl_at simulate' -l policy -x -a 'priority fifo sjf saf f1 wfp3 smallest edf tetris drf fairshare rr las srtf' -d 'what orders the queue'
complete -c aiosctl -n '__aiosctl_at simulate' -l backfill -x -a 'none easy conservative' -d 'how jobs may pass others'
complete -c aiosctl -n '__aiosctl_at simulate' -l protocol -x -a 'p1 p2' -d 'replay as published tables do'
complete -c aiosctl -n '__aiosctl_at simulate' -l procs -x -d 'processors of the machine'
complete -c aiosctl -n '__aiosctl_at simulate' -l capacity -x -d 'what the machine has'
complete -c aiosctl -n '__aiosctl_at simulate' -l window -x -d 'replay these jobs, START:COUNT'
complete -c aiosctl -n '__aiosctl_at simulate' -l rows -x -d 'read so many jobs only'
complete -c aiosctl -n '__aiosctl_at simulate' -l load -x -d 'rescale arrivals to this load'
complete -c aiosctl -n '__aiosctl_at simulate' -l runtimes -x -a 'requested true predicted' -d 'what the engine expects'
complete -c aiosctl -n '__aiosctl_at simulate' -l group-by -x -a 'none user group vc' -d 'a group for each of these'
complete -c aiosctl -n '__aiosctl_at simulate' -l resume-cost -x -d 'service that a resume costs'
complete -c aiosctl -n '__aiosctl_at simulate' -l quantum -x -d 'time slice'
complete -c aiosctl -n '__aiosctl_at simulate' -l aging -x -d 'wait that is worth a step of priority'
complete -c aiosctl -n '__aiosctl_at simulate' -l half-life -x -d 'in which use counts half'
complete -c aiosctl -n '__aiosctl_at simulate' -l queueing -d 'print the queueing figures'
complete -c aiosctl -n '__aiosctl_at simulate' -l group-policy -x -d 'a group orders its own jobs, GROUP=POLICY'
complete -c aiosctl -n '__aiosctl_at simulate' -l drain -x -d 'the machine drains, AT-UNTIL or AT+FOR'
complete -c aiosctl -n '__aiosctl_at simulate' -l guard -x -d 'multiple of the wait under fifo'
complete -c aiosctl -n '__aiosctl_at simulate' -l timeline -r -F -d 'write what happened'
complete -c aiosctl -n '__aiosctl_at simulate' -s v -l verbose -d 'show more columns'
complete -c aiosctl -n '__aiosctl_at simulate' -F
complete -c aiosctl -n '__aiosctl_at help' -a 'run submit list show explain limit group update hold release suspend resume cancel wait top events devices policy drain undrain metrics doctor lp simulate version'
