using VmmEngine.Conformance.OpenBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;

namespace VmmEngine.Conformance.Tests.Mutations;

/// <summary>The mistakes in OpenBSD's interface. Most are those that somebody makes who knows another system, or the other revision, or who has read quickly.</summary>
internal static unsafe class OpenBsdMutationTable
{
    private const int LinuxENOSYS = 38;
    private const int LinuxEINTR = 4;
    private const uint PredecessorsRun = 0xC020_5602;
    private const int SvmsIo = 0x7B;
    private const int Terminated = 0xFFFE;

    private const int RegistersOfExit = 24;
    private const int RipOfExit = RegistersOfExit + (RegisterState.Rip * 8);
    private const int PrivilegeOfExit = 592;

    private static readonly Revision Old = Revision.Baseline;
    private static readonly Revision New = Revision.Newer;

    public static IReadOnlyList<Mutation> All { get; } =
    [
        // The wrong number.
        Answers("an unknown VM answers EINVAL", "baseline/VMM_IOC_READREGS/unknown-VM-is-ENOENT", Old.ReadRegisters, ENOENT, EINVAL),
        Answers("an unknown vCPU answers EINVAL", "newer/VMM_IOC_INTR/unknown-vCPU-is-ENOENT", New.Interrupt, ENOENT, EINVAL),
        Answers("an ended VM answers EBUSY", "newer/VMM_IOC_TERM/twice-is-ENOENT", New.Terminate, ENOENT, EBUSY),
        Answers("a terminated vCPU answers EINVAL", "baseline/VMM_IOC_RUN/terminated-is-EBUSY", Old.Run, EBUSY, EINVAL),
        Answers("a terminated vCPU may be reset", "newer/VMM_IOC_RESETCPU/terminated-is-EBUSY", New.ResetCpu, EBUSY, 0),
        Answers("too many vCPUs answer EINVAL", "baseline/VMM_IOC_CREATE/more-vCPUs-than-the-device-has-is-ENOMEM", Old.Create, ENOMEM, EINVAL),
        Answers("an unwritable report succeeds", "newer/VMM_IOC_INFO/unwritable-array-is-EFAULT", New.Info, EFAULT, 0),
        Answers("a halt for good answers EINVAL", "baseline/VMM_IOC_RUN/a-halt-for-good-is-EIO", Old.Run, EIO, EINVAL),
        Answers("a hidden VM is not there", "newer/VMM_IOC_TERM/hidden-VM-is-EPERM", New.Terminate, EPERM, ENOENT),
        Answers("a hidden VM can be ended", "baseline/promises/vmm-without-proc-sees-no-other-VM", Old.Terminate, EPERM, 0),
        Answers("no VPID left answers ENOMEM", "baseline/VMM_IOC_RESETCPU/no-VPID-left-is-EIO", Old.ResetCpu, EIO, ENOMEM),
        Answers("impossible registers succeed", "newer/VMM_IOC_WRITEREGS/impossible-values-is-EINVAL", New.WriteRegisters, EINVAL, 0),
        new("a broken promise answers Linux's ENOSYS", "baseline/promises/without-vmm-nothing-is-ENOSYS", (right, descriptor, word, argument) =>
        {
            int error = right.Ioctl(descriptor, word, argument);
            return error == ENOSYS ? LinuxENOSYS : error;
        }),
        new("a yield answers EINTR", "newer/exit/a-yield-is-NONE", (right, descriptor, word, argument) =>
        {
            int error = right.Ioctl(descriptor, word, argument);
            return word == New.Run.Word && error == 0 && *(ushort*)(argument + New.RunReason) == Exits.None ? LinuxEINTR : error;
        }),

        // The wrong order of checks, or other checks.
        new("the argument is judged before virtualization", "newer/VMM_IOC_CREATE/virtualization-comes-first-and-is-EIO", (right, descriptor, word, argument) =>
            word == New.Create.Word && *(ulong*)argument == 0 ? EINVAL : right.Ioctl(descriptor, word, argument)),
        new("the tables are searched before copying in", "baseline/argument/unreadable-is-EFAULT-before-ENOTTY", (right, descriptor, word, argument) =>
            Revision.All.Any(revision => revision.Commands.Any(command => command.Word == word)) ? right.Ioctl(descriptor, word, argument) : ENOTTY),
        new("a predecessor's word is a bad argument", "baseline/word/another-size-is-ENOTTY", (right, descriptor, word, argument) =>
            word == PredecessorsRun ? EINVAL : right.Ioctl(descriptor, word, argument)),
        new("sharing other ranges is an error", "baseline/VMM_IOC_SHAREMEM/another-count-maps-nothing", (right, descriptor, word, argument) =>
            word == Old.ShareMemory.Word && ((ulong*)argument)[1] != 2 ? EINVAL : right.Ioctl(descriptor, word, argument)),
        new("a report without room is an error", "newer/VMM_IOC_INFO/too-little-room-says-how-much", (right, descriptor, word, argument) =>
            word == New.Info.Word && *(ulong*)argument < VmRecord.Size ? ENOMEM : right.Ioctl(descriptor, word, argument)),
        new("a long name is an error", "baseline/VMM_IOC_CREATE/a-name-is-cut-to-63-bytes", (right, descriptor, word, argument) =>
            word == Old.Create.Word && *(byte*)(argument + Structs.NameAt + 63) != 0 ? EINVAL : right.Ioctl(descriptor, word, argument)),
        new("unknown mask bits are an error", "newer/VMM_IOC_READREGS/unknown-mask-bits-are-ignored", (right, descriptor, word, argument) =>
            word == New.ReadRegisters.Word && ((ulong*)argument)[1] > RegisterState.All ? EINVAL : right.Ioctl(descriptor, word, argument)),
        new("a clock that cannot be is an error", "baseline/VMM_IOC_WRITEVMPARAMS/in-the-last-place-changes-nothing", (right, descriptor, word, argument) =>
            word == Old.WriteParameters.Word && ((ulong*)argument)[2] >= GuestCode.MemorySize - 32 ? EINVAL : right.Ioctl(descriptor, word, argument)),
        new("writing and executing is an error", "baseline/VMM_IOC_MPROTECT_EPT/writing-and-executing-is-allowed", (right, descriptor, word, argument) =>
            word == Old.ProtectMemory!.Word && ((int*)argument)[6] == 7 ? EINVAL : right.Ioctl(descriptor, word, argument)),
        new("a running vCPU is busy", "newer/VMM_IOC_READREGS/gets-its-turn-at-a-running-vCPU", (right, descriptor, word, argument) =>
            word == New.ReadRegisters.Word ? EBUSY : right.Ioctl(descriptor, word, argument)),

        // What is copied.
        new("output is copied on errors", "baseline/VMM_IOC_RUN/errors-tell-no-exit", (right, descriptor, word, argument) =>
        {
            int error = right.Ioctl(descriptor, word, argument);
            if (word == Old.Run.Word && error == EIO)
            {
                *(ushort*)(argument + Old.RunReason) = Terminated;
            }

            return error;
        }),
        After("a reset's argument is written", "newer/argument/input-only-is-not-written", New.ResetCpu, reset => *(ulong*)(reset + 8 + 144 + (RegisterState.Xcr0 * 8)) = 1),
        After("a report rewrites its size", "baseline/VMM_IOC_INFO/leaves-the-size-as-given", Old.Info, info => *(ulong*)info = ((ulong*)info)[1] * VmRecord.Size),
        After("a report lists the oldest first", "newer/VMM_IOC_INFO/the-newest-come-first", New.Info, info =>
        {
            nint records = *(nint*)(info + 16);
            uint* first = (uint*)(records + 92);
            uint* last = (uint*)(records + 92 + (((int)((ulong*)info)[1] - 1) * VmRecord.Size));
            (*first, *last) = (*last, *first);
        }),
        After("ids are reused", "baseline/VMM_IOC_CREATE/ids-begin-at-1-and-are-never-reused", Old.Create, create => *(uint*)(create + Old.CreatedId) = 1),
        After("every group is read", "newer/VMM_IOC_READREGS/leaves-other-groups-as-passed", New.ReadRegisters, registers => *(ulong*)(registers + 16 + 280) = 0),
        After("CR8 is read", "baseline/VMM_IOC_READREGS/CR8-is-never-read", Old.ReadRegisters, registers => *(ulong*)(registers + 16 + 144 + (RegisterState.Cr8 * 8)) = 0),
        After("shared addresses do not come back", "newer/VMM_IOC_SHAREMEM/maps-where-it-likes-and-says-so", New.ShareMemory, share => *(ulong*)(share + 528) = 0),

        // Exits.
        new("exits have the numbers of AMD's processors", "newer/exit/IO-out-imm8-al", (right, descriptor, word, argument) =>
        {
            int error = right.Ioctl(descriptor, word, argument);
            if (word == New.Run.Word && error == 0 && *(ushort*)(argument + New.RunReason) == Exits.Io)
            {
                *(ushort*)(argument + New.RunReason) = SvmsIo;
            }

            return error;
        }),
        OnExit("the length is forgotten", "baseline/exit/IO-in-dx-eax", Old, exit => *(byte*)(exit + 12) = 0),
        OnExit("RIP is behind the instruction", "newer/exit/IO-out-dx-al", New, exit => *(ulong*)(exit + RipOfExit) += 1),
        OnExit("an IN has no data", "baseline/VMM_IOC_RUN/an-IN-takes-RAX-zero-extended", Old, exit => *(uint*)(exit + 8) = 0),
        OnExit("a repetition is forgotten", "newer/exit/IO-rep-outsw", New, exit => *(byte*)(exit + 2) = 0),
        OnExit("device memory is a protection", "baseline/exit/device-memory-read", Old, exit => *(byte*)exit = Exits.Protect),
        OnExit("the privilege level is 0", "newer/exit/privilege-level-3", New, exit => *(int*)(exit + PrivilegeOfExit) = 0),
        After("readiness is the reverse", "baseline/inject/an-interrupt-enters-a-ready-guest", Old.Run, run => *(byte*)(run + Old.RunReady) ^= 1),

        // What a run takes.
        Before("an answer counts without vrp_continue", "baseline/VMM_IOC_RUN/without-an-answer-the-port-comes-again", Old.Run, run => *(byte*)(run + 8) = 1),
        Before("vrp_continue does not matter", "baseline/VMM_IOC_RUN/a-port-takes-RIP-and-nothing-else", Old.Run, run => *(byte*)(run + 8) = 0),
        Before("a byte's IN takes a byte", "newer/VMM_IOC_RUN/an-IN-takes-RAX-zero-extended", New.Run, run => *(uint*)(*(nint*)(run + New.RunExit) + 8) &= 0xFF),
        Before("a non-maskable interrupt is an exception", "baseline/inject/type-3-is-ignored", Old.Run, run =>
        {
            byte* type = (byte*)(run + Old.RunInject + 8);
            *type = *type == Structs.InjectNmi ? (byte)Structs.InjectException : *type;
        }),
        Before("an interrupt is an exception", "newer/inject/an-interrupt-enters-a-ready-guest", New.Run, run => *(byte*)(run + New.RunInject + 8) = Structs.InjectException),
        Before("pending interrupts are forgotten", "baseline/pending/the-window-of-a-guest-that-was-not-ready", Old.Run, run => *(byte*)(run + Old.RunPending) = 0),
        Before("a run always has a pending interrupt", "newer/pending/none-means-no-window", New.Run, run => *(byte*)(run + New.RunPending) = 1),

        // What is not done.
        Drops("an interrupt of the client's is lost", "newer/VMM_IOC_INTR/takes-a-ready-guest-out", New.Interrupt),
        Drops("registers are not written", "baseline/VMM_IOC_WRITEREGS/general-registers", Old.WriteRegisters),
        Drops("a protection protects nothing", "baseline/VMM_IOC_MPROTECT_EPT/a-forbidden-write-is-an-exit", Old.ProtectMemory!),
        Drops("a clock is not kept", "newer/VMM_IOC_RUN/renews-the-clock", New.WriteParameters),
        Drops("a clock's record is not written", "baseline/VMM_IOC_WRITEVMPARAMS/writes-the-record", Old.WriteParameters),
        Drops("a termination does nothing", "baseline/VMM_IOC_TERM/twice-is-ENOENT", Old.Terminate),
    ];

    /// <summary>A command that answers another error, or none, where it should answer this one.</summary>
    private static Mutation Answers(string name, string caughtBy, Command command, int due, int answered) =>
        new(name, caughtBy, (right, descriptor, word, argument) =>
        {
            int error = right.Ioctl(descriptor, word, argument);
            return word == command.Word && error == due ? answered : error;
        });

    /// <summary>A command that succeeds without doing anything.</summary>
    private static Mutation Drops(string name, string caughtBy, Command command) =>
        new(name, caughtBy, (right, descriptor, word, argument) => word == command.Word ? 0 : right.Ioctl(descriptor, word, argument));

    /// <summary>A command whose argument is spoilt before it is executed.</summary>
    private static Mutation Before(string name, string caughtBy, Command command, Action<nint> spoil) =>
        new(name, caughtBy, (right, descriptor, word, argument) =>
        {
            if (word == command.Word)
            {
                spoil(argument);
            }

            return right.Ioctl(descriptor, word, argument);
        });

    /// <summary>A command whose result is spoilt.</summary>
    private static Mutation After(string name, string caughtBy, Command command, Action<nint> spoil) =>
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
    private static Mutation OnExit(string name, string caughtBy, Revision revision, Action<nint> spoil) =>
        After(name, caughtBy, revision.Run, run => spoil(*(nint*)(run + revision.RunExit)));
}
