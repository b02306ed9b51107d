using VmmEngine.Abi.FreeBsd;
using VmmEngine.Locks;

namespace VmmEngine.FreeBsd;

/// <summary>What follows when a VM has been doomed: everything up to the moment when nothing of it is left.</summary>
internal static unsafe class VmDestruction
{
    /// <summary>Carries on after an attempt to doom the call's VM: destroys it, or waits for the thread that got there first.</summary>
    /// <param name="call">The call, with the VM.</param>
    /// <param name="doomError">0 if this call has doomed the VM; EALREADY if another one had.</param>
    public static void Join(in ControlCall call, int doomError)
    {
        if (doomError == Errno.EALREADY)
        {
            call.Caller.Vm!.WaitUntilGone();
        }
        else
        {
            Complete(in call);
        }
    }

    /// <summary>Destroys the VM that this call has doomed. Waits as long as any thread stays inside the VM's device.</summary>
    public static void Complete(in ControlCall call)
    {
        Vm vm = call.Caller.Vm!;

        // Threads in the guest must come out before the gate can close.
        vm.BeginDying();

        // Closed for good: a destroyed VM's gate is never opened again, which is what answers ENXIO from now on.
        SlotLocks<ProcessorAtomics>.EnterExclusive(ref vm.Locks->Gate);
        VcpuLocks<ProcessorAtomics>.ForbidCreation(ref *vm.Locks);

        // A destruction that has begun cannot fail for want of memory, so it rents no line of the VM's: all that the tear-down takes is
        // exclusive, and writers mark no line.
        VmCommands<ProcessorAtomics, VmHandlers>.TearDown(new VmCall(vm, call.Caller.Line, call.Caller.Credential));

        ControlCommands<ProcessorAtomics, ControlHandlers>.Unlink(in call);
        vm.MarkGone();
    }
}
