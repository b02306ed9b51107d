using System.Runtime.CompilerServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Devices;
using VmmEngine.Locks;

namespace VmmEngine.FreeBsd;

/// <summary>What an open file of a VM's device and its callers share, and the way of every command into the VM.</summary>
internal sealed unsafe class VmOpenFile(int refusal, bool isRelaxed)
{
    /// <summary>What stands for every open file that is closed.</summary>
    public static VmOpenFile Closed { get; } = new(Errno.EBADF, isRelaxed: false);

    private int _refusal = refusal;

    /// <summary>True once it is closed.</summary>
    public bool IsClosed => Volatile.Read(ref _refusal) == Errno.EBADF;

    /// <summary>From now on every command is answered EBADF. Those that are inside go on.</summary>
    public void Close() => Volatile.Write(ref _refusal, Errno.EBADF);

    /// <summary>
    /// Executes a command inside the gate. What it costs beyond the command: a store and two loads in, a store and a load out.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Ioctl(in VmCall call, uint command, void* argument)
    {
        if (Volatile.Read(ref _refusal) != 0 || !SlotLocks<ProcessorAtomics>.TryEnterShared(ref call.Locks.Gate, ref call.Line.Gate))
        {
            return Refuse(command, argument);
        }

        int error = isRelaxed
            ? IoctlRelaxed(in call, command, argument)
            : VmCommands<ProcessorAtomics, VmHandlers>.Ioctl(in call, command, argument);

        SlotLocks<ProcessorAtomics>.ExitShared(ref call.Locks.Gate, ref call.Line.Gate);
        return error;
    }

    /// <summary>Lets an operation that is no command into the VM.</summary>
    /// <returns>0: inside, until <see cref="Leave"/>. EBADF if the file is closed, ENXIO if the VM is gone.</returns>
    public int Enter(in VmCall call)
    {
        if (Volatile.Read(ref _refusal) == 0 && SlotLocks<ProcessorAtomics>.TryEnterShared(ref call.Locks.Gate, ref call.Line.Gate))
        {
            return 0;
        }

        int refusal = Volatile.Read(ref _refusal);
        return refusal != 0 ? refusal : Errno.ENXIO;
    }

    /// <summary>Lets it out after <see cref="Enter"/> answered 0.</summary>
    public static void Leave(in VmCall call) => SlotLocks<ProcessorAtomics>.ExitShared(ref call.Locks.Gate, ref call.Line.Gate);

    // Registers of a vCPU that sleeps can be read while it does; the rows themselves would wake it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int IoctlRelaxed(in VmCall call, uint command, void* argument) =>
        ParkedReads.TryAnswer(in call, command, argument) ? 0 : VmCommands<ProcessorAtomics, VmHandlers>.IoctlRelaxed(in call, command, argument);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Refuse(uint command, void* argument)
    {
        int malformed = BsdIoctl.Check(command, argument);
        if (malformed != 0)
        {
            return malformed;
        }

        int refusal = Volatile.Read(ref _refusal);
        return refusal != 0 ? refusal : Errno.ENXIO;
    }
}
