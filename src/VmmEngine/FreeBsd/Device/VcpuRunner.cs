using VmmEngine.Backends;
using VmmEngine.Locks;

namespace VmmEngine.FreeBsd;

/// <summary>Runs one vCPU slice by slice, with exits in the back end's own form.</summary>
/// <remarks>
/// Used by one thread at a time; <see cref="Dispose"/> too. Every member takes the locks of the commands, so a runner and clients of
/// the device can share a VM. Answers are FreeBSD errno values: EBADF once the handle is closed, ENXIO once the VM is gone or without a back end.
/// </remarks>
public sealed unsafe class VcpuRunner : IDisposable
{
    private readonly VmHandle _handle;
    private readonly VmCall _call;
    private readonly int _vcpuId;
    private bool _isDisposed;

    internal VcpuRunner(VmHandle handle, int vcpuId)
    {
        _handle = handle;
        _call = handle.RentCall();
        _vcpuId = vcpuId;
    }

    /// <summary>Runs the vCPU until something is for the caller.</summary>
    /// <param name="flags">How.</param>
    /// <param name="budget">About how many instructions at most, where the back end counts them; 0 for no limit.</param>
    /// <param name="result">Why it returned. A suspend does not wait for other vCPUs.</param>
    /// <param name="exit">With <see cref="RunResult.Exit"/> the exit: what a handler puts into its data, the next run completes it with.</param>
    /// <param name="reason">With <see cref="RunResult.Suspended"/> why the VM is suspended, a value of vm_suspend_how.</param>
    /// <returns>0; EINVAL for a vCPU that is not active or has returned for a suspend.</returns>
    /// <remarks>
    /// What a device throws comes out here, with every lock released. The vCPU stands behind the access; what a read has given it is not defined.
    /// </remarks>
    public int Run(RunFlags flags, ulong budget, out RunResult result, out VcpuExit* exit, out int reason)
    {
        VcpuSlice slice = new() { VcpuId = _vcpuId, Flags = (int)flags, Budget = budget };
        int error = Enter();
        if (error == 0)
        {
            error = VmCommands<ProcessorAtomics, VmHandlers>.RunSlice(in _call, ref slice);
            VmOpenFile.Leave(in _call);
        }

        result = (RunResult)slice.Result;
        exit = slice.Exit;
        reason = slice.Reason;
        GC.KeepAlive(this);
        if (result == RunResult.DeviceFailed)
        {
            DeviceFailure.Throw();
        }

        return error;
    }

    /// <summary>Reads registers; a running vCPU is interrupted for it.</summary>
    /// <returns>0.</returns>
    public int ReadRegisters(RegisterGroups groups, ref CpuRegisters registers)
    {
        int error = Enter();
        if (error == 0)
        {
            fixed (CpuRegisters* pointer = &registers)
            {
                VcpuRegisters argument = new() { VcpuId = _vcpuId, Groups = (int)groups, Registers = pointer };
                error = VmCommands<ProcessorAtomics, VmHandlers>.ReadRegisters(in _call, ref argument);
            }

            VmOpenFile.Leave(in _call);
        }

        GC.KeepAlive(this);
        return error;
    }

    /// <summary>Writes registers; a running vCPU is interrupted for it.</summary>
    /// <returns>0; EINVAL for values that no processor accepts.</returns>
    public int WriteRegisters(RegisterGroups groups, in CpuRegisters registers)
    {
        int error = Enter();
        if (error == 0)
        {
            fixed (CpuRegisters* pointer = &registers)
            {
                VcpuRegisters argument = new() { VcpuId = _vcpuId, Groups = (int)groups, Registers = pointer };
                error = VmCommands<ProcessorAtomics, VmHandlers>.WriteRegisters(in _call, ref argument);
            }

            VmOpenFile.Leave(in _call);
        }

        GC.KeepAlive(this);
        return error;
    }

    /// <summary>What recorded runs have found out; null without a back end. Figures lag behind unless the vCPU has stopped.</summary>
    public RunLoop.ExitStatistics? Statistics => _handle.Vm.Backend?.StatisticsOf(_vcpuId);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            fixed (CallerLine* line = &_call.Line)
            {
                LockMemory.ReturnLine(line);
            }

            GC.KeepAlive(this);
        }
    }

    private int Enter()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _handle.File.Enter(in _call);
    }
}
