using VmmEngine.Conformance.FreeBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.FreeBsd.Interface.Commands;

namespace VmmEngine.Conformance.Tests.Mutations;

/// <summary>The mistakes. Most are those that somebody makes who knows another system, or who has read quickly.</summary>
internal static unsafe class MutationTable
{
    private const int LinuxEALREADY = 114;
    private const int LinuxENAMETOOLONG = 36;

    public static IReadOnlyList<Mutation> All { get; } =
    [
        .. InterruptMutations.All,
        .. StateMutations.All,

        // The wrong number.
        Answers("destroying an unknown VM answers ENOENT", "VMMCTL_VM_DESTROY/unknown-name-is-EINVAL", VMMCTL_VM_DESTROY, EINVAL, ENOENT),
        Answers("an existing name answers EINVAL", "VMMCTL_VM_CREATE/existing-name-is-EEXIST", VMMCTL_VM_CREATE, EEXIST, EINVAL),
        Answers("too many VMs answer EPERM", "VMMCTL_VM_CREATE/too-many-of-one-user-is-ENOMEM", VMMCTL_VM_CREATE, ENOMEM, EPERM),
        Answers("a pending suspend answers Linux's EALREADY", "VM_SUSPEND/pending-is-EALREADY", VM_SUSPEND, EALREADY, LinuxEALREADY),
        Answers("a long name answers Linux's ENAMETOOLONG", "VM_ALLOC_MEMSEG/unterminated-name-is-ENAMETOOLONG", VM_ALLOC_MEMSEG, ENAMETOOLONG, LinuxENAMETOOLONG),
        Answers("an overlap answers EEXIST", "VM_MMAP_MEMSEG/overlap-is-EFAULT", VM_MMAP_MEMSEG, EFAULT, EEXIST),
        Answers("no slot answers ENOMEM", "VM_MMAP_MEMSEG/the-23rd-is-ENOSPC", VM_MMAP_MEMSEG, ENOSPC, ENOMEM),
        Answers("the end of an iteration answers EINVAL", "VM_MMAP_GETNEXT/none-is-ENOENT", VM_MMAP_GETNEXT, ENOENT, EINVAL),
        Answers("a missing capability answers EINVAL", "VM_GET_CAPABILITY/unsupported-is-ENOENT", VM_GET_CAPABILITY, ENOENT, EINVAL),
        Answers("a pending exception answers EINVAL", "VM_INJECT_EXCEPTION/pending-is-EBUSY", VM_INJECT_EXCEPTION, EBUSY, EINVAL),
        Answers("a second activation succeeds", "VM_ACTIVATE_CPU/twice-is-EBUSY", VM_ACTIVATE_CPU, EBUSY, 0),
        Answers("a bad set size answers EINVAL", "VM_GET_CPUS/bad-size-is-ERANGE", VM_GET_CPUS, ERANGE, EINVAL),
        Answers("a reset of a running VM succeeds", "VM_REINIT/not-suspended-is-EBUSY", VM_REINIT, EBUSY, 0),
        Answers("a suspended vCPU answers EBUSY", "VM_RUN/suspended-is-EINVAL", VM_RUN, EINVAL, EBUSY),
        Answers("a VM that is gone answers EBADF", "VMMCTL_VM_DESTROY/every-operation-is-ENXIO", VM_GET_TOPOLOGY, ENXIO, EBADF),
        Answers("a table outside memory succeeds", "VM_GLA2GPA/table-outside-memory-is-EFAULT", VM_GLA2GPA, EFAULT, 0),
        Answers("a write to read-only memory answers EINVAL", "VM_RUN/a-write-to-read-only-memory-is-EFAULT", VM_RUN, EFAULT, EINVAL),
        Answers("a resume of a running vCPU succeeds", "VM_RESUME_CPU/not-stopped-is-EINVAL", VM_RESUME_CPU, EINVAL, 0),
        Answers("a node's bad name succeeds", "VM_ALLOC_MEMSEG/bad-node-name-is-EINVAL", VM_ALLOC_MEMSEG, EINVAL, 0),

        // The wrong order of checks.
        new("the id is judged before the name", "VM_ALLOC_MEMSEG/name-comes-before-id-and-is-ENAMETOOLONG", (right, descriptor, word, argument) =>
            word == VM_ALLOC_MEMSEG.Word && *(int*)argument is < 0 or >= 11 ? EINVAL : right.Ioctl(descriptor, word, argument)),
        new("overlap is looked for before a slot", "VM_MMAP_MEMSEG/slots-come-before-overlap-and-is-ENOSPC", (right, descriptor, word, argument) =>
        {
            int error = right.Ioctl(descriptor, word, argument);
            return word == VM_MMAP_MEMSEG.Word && error == ENOSPC && *(ulong*)argument == 0 ? EFAULT : error;
        }),
        new("which set is judged before its size", "VM_GET_CPUS/bad-size-comes-before-bad-set-and-is-ERANGE", (right, descriptor, word, argument) =>
            word == VM_GET_CPUS.Word && *(int*)argument > 2 ? EINVAL : right.Ioctl(descriptor, word, argument)),
        new("the tables are searched before copying in", "argument/unreadable-is-EFAULT-before-ENOTTY", (right, descriptor, word, argument) =>
            OfVm.Concat(OfControl).Any(command => command.Word == word) ? right.Ioctl(descriptor, word, argument) : ENOTTY),
        new("the tables are searched before the VM's end is noticed", "VMMCTL_VM_DESTROY/gone-comes-before-unknown-and-is-ENXIO", (right, descriptor, word, argument) =>
            OfVm.Concat(OfControl).Any(command => command.Word == word) ? right.Ioctl(descriptor, word, argument) : ENOTTY),
        new("a pending exception is noticed before a bad vector", "VM_INJECT_EXCEPTION/bad-vector-comes-before-pending-and-is-EINVAL", (right, descriptor, word, argument) =>
        {
            int error = right.Ioctl(descriptor, word, argument);
            return word == VM_INJECT_EXCEPTION.Word && error == EINVAL ? EBUSY : error;
        }),

        // What is copied.
        new("output is copied on errors", "argument/output-only-on-success", (right, descriptor, word, argument) =>
        {
            int error = right.Ioctl(descriptor, word, argument);
            if (error != 0 && word == VM_GET_REGISTER.Word)
            {
                ((ulong*)argument)[1] = 0;
            }

            return error;
        }),
        new("the run's argument is written back", "VM_RUN/the-argument-is-input-only", (right, descriptor, word, argument) =>
        {
            int error = right.Ioctl(descriptor, word, argument);
            if (word == VM_RUN.Word)
            {
                *(int*)argument = 7;
            }

            return error;
        }),
        new("a CPU set is written beyond its size", "VM_GET_CPUS/writes-exactly-its-size", (right, descriptor, word, argument) =>
        {
            int error = right.Ioctl(descriptor, word, argument);
            if (word == VM_GET_CPUS.Word && error == 0 && ((int*)argument)[1] < 8)
            {
                *(*(byte**)(argument + 8) + ((int*)argument)[1]) = 0;
            }

            return error;
        }),
        After("an exit is shorter than 136 bytes", "VM_RUN/the-exit-has-136-bytes", VM_RUN, run => (*(byte**)(run + 24))[Exits.Size - 1] = 0xEE),
        After("the next mapping is the one that contains the address", "VM_MMAP_GETNEXT/starts-at-or-above", VM_MMAP_GETNEXT, map => *(ulong*)map &= ~0xFFFUL << 4),
        After("device memory loses its name", "VM_GET_MEMSEG/device-memory-has-its-name", VM_GET_MEMSEG, segment => *(byte*)(segment + 16) = 0),
        After("the older form keeps the client's id", "VM_GET_MEMSEG_14/writes-todays-id", VM_GET_MEMSEG_14, segment => *(int*)segment -= 7),

        // Exits.
        OnExit("REQIDLE is lost", "VM_GET_REGISTER/throws-the-vCPU-out", exit => *(int*)exit = *(int*)exit == Exits.ReqIdle ? Exits.Bogus : *(int*)exit),
        OnExit("a debug stop is a BOGUS exit", "VM_SUSPEND_CPU/takes-a-running-vCPU-out", exit => *(int*)exit = *(int*)exit == Exits.Debug ? Exits.SingleStep : *(int*)exit),
        OnExit("the length is forgotten", "exit/INOUT-out", exit => ((int*)exit)[1] = 0),
        OnExit("port and size are swapped", "exit/INOUT-in", exit => (((ushort*)exit)[8], ((ushort*)exit)[9]) = (((ushort*)exit)[9], ((ushort*)exit)[8])),
        OnExit("the reason of a suspend is lost", "VM_SUSPEND/reason-2-reaches-the-client", exit => ((int*)exit)[4] = *(int*)exit == Exits.Suspended ? 0 : ((int*)exit)[4]),
        new("RIP is where the guest goes on", "VM_RUN/RIP-is-the-exiting-instructions", (right, descriptor, word, argument) =>
        {
            int error = right.Ioctl(descriptor, word, argument);
            if (word == VM_GET_REGISTER.Word && ((int*)argument)[1] == Registers.Rip)
            {
                ((ulong*)argument)[1] += 2;
            }

            return error;
        }),

        // What is not done.
        Drops("a reset keeps capabilities and everything else", "VM_REINIT/resets-capabilities", VM_REINIT),
        Drops("an unmapping does nothing", "VM_MUNMAP_MEMSEG/the-guest-loses-it", VM_MUNMAP_MEMSEG),
        Drops("an injected exception is lost", "VM_INJECT_EXCEPTION/is-delivered-at-the-next-entry", VM_INJECT_EXCEPTION),
        Drops("a non-maskable interrupt is lost", "VM_INJECT_NMI/is-delivered", VM_INJECT_NMI),
        Drops("restarting does nothing", "VM_RESTART_INSTRUCTION/repeats", VM_RESTART_INSTRUCTION),
        Drops("a topology is not kept", "VM_REINIT/keeps-the-topology", VM_SET_TOPOLOGY),
        Drops("a descriptor is not kept", "VM_SET_SEGMENT_DESCRIPTOR/what-is-set-is-got", VM_SET_SEGMENT_DESCRIPTOR),

        // What is done too much.
        new("every reading command interrupts", "vCPUs/commands-without-locks-leave-the-guest-alone", (right, descriptor, word, argument) =>
        {
            if (word == VM_GET_TOPOLOGY.Word)
            {
                Struct register = Structs.Register(0, Registers.Rip);
                right.Ioctl(descriptor, VM_GET_REGISTER.Word, register.Address);
                GC.KeepAlive(register);
            }

            return right.Ioctl(descriptor, word, argument);
        }),
        new("a translation without faults injects them", "VM_GLA2GPA_NOFAULT/injects-nothing", (right, descriptor, word, argument) =>
            right.Ioctl(descriptor, word == VM_GLA2GPA_NOFAULT.Word ? VM_GLA2GPA.Word : word, argument)),
        new("capabilities are for all vCPUs", "VM_SET_CAPABILITY/allcpus-is-ignored", (right, descriptor, word, argument) =>
        {
            if (word == VM_SET_CAPABILITY.Word && ((int*)argument)[3] != 0)
            {
                Struct other = Structs.Capability(1, ((int*)argument)[1], ((int*)argument)[2]);
                right.Ioctl(descriptor, word, other.Address);
                GC.KeepAlive(other);
            }

            return right.Ioctl(descriptor, word, argument);
        }),
    ];

    /// <summary>A command that answers another error, or none, where it should answer this one.</summary>
    internal static Mutation Answers(string name, string caughtBy, Command command, int due, int answered) =>
        new(name, caughtBy, (right, descriptor, word, argument) =>
        {
            int error = right.Ioctl(descriptor, word, argument);
            return word == command.Word && error == due ? answered : error;
        });

    /// <summary>A command that succeeds without doing anything.</summary>
    internal static Mutation Drops(string name, string caughtBy, Command command) =>
        new(name, caughtBy, (right, descriptor, word, argument) => word == command.Word ? 0 : right.Ioctl(descriptor, word, argument));

    /// <summary>A command whose result is spoilt.</summary>
    internal static Mutation After(string name, string caughtBy, Command command, Action<nint> spoil) =>
        new(name, caughtBy, (right, descriptor, word, argument) =>
        {
            int error = right.Ioctl(descriptor, word, argument);
            if (word == command.Word && error == 0)
            {
                spoil(argument);
            }

            return error;
        });

    /// <summary>A run whose exit is spoilt.</summary>
    private static Mutation OnExit(string name, string caughtBy, Action<nint> spoil) => After(name, caughtBy, VM_RUN, run => spoil(*(nint*)(run + 24)));
}
