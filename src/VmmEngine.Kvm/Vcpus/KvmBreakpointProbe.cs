using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using VmmEngine.Backends;
using VmmEngine.Locks;
using VmmEngine.Memory;

namespace VmmEngine.Kvm;

/// <summary>Finds out, once a device, whether KVM leaves the guest at INT3 when it is told to: one that emulates its guests says yes and does not.</summary>
internal static unsafe class KvmBreakpointProbe
{
    private const int PageBytes = 4096;
    private const byte Int3 = 0xCC;
    private const byte Hlt = 0xF4;
    private const int Vector = 3;
    private const uint Code = 0x400; // behind real mode's interrupt table

    private static readonly ConcurrentDictionary<string, bool> Answers = new();

    /// <summary>Whether it does.</summary>
    public static bool Works(KvmOptions options) => Answers.GetOrAdd(options.Device, static (_, options) => Try(options), options);

    // A guest of one page whose INT3 either is an exit, or leads to a HLT.
    private static bool Try(KvmOptions options)
    {
        VmLockMemory locks = new(1);
        byte* page = (byte*)NativeMemory.AlignedAlloc(PageBytes, PageBytes);
        try
        {
            new Span<byte>(page, PageBytes).Clear();
            ((uint*)page)[Vector] = Code + 1;
            page[Code] = Int3;
            page[Code + 1] = Hlt;
            using KvmSystem system = new(options with { KernelIrqchip = false });
            using KvmVm vm = new(system, options with { KernelIrqchip = false }, new BackendRequest(locks));
            return IsExit(vm, locks, page);
        }
        catch (BackendUnavailableException)
        {
            return false;
        }
        finally
        {
            NativeMemory.AlignedFree(page);
            GC.KeepAlive(locks);
        }
    }

    private static bool IsExit(KvmVm vm, VmLockMemory locks, byte* page)
    {
        VcpuLocks<ProcessorAtomics>.TryFreeze(ref *locks.Locks, 0, out Vcpu* vcpu);
        CpuRegisters registers = default;
        const RegisterGroups groups = RegisterGroups.General | RegisterGroups.System;
        if (vm.Map(new Gpa(0), new Hva((nuint)page), PageBytes, MemoryProtection.All) != 0
            || vm.Prepare(vcpu) != 0
            || vm.ReadRegisters(vcpu, groups, ref registers) != 0)
        {
            return false;
        }

        (registers.Cs.Base, registers.Cs.Selector, registers.Rip) = (0, 0, Code);
        RunContext context = new(new Bus.DeviceBus(), RunFlags.ReturnOnHalt, Budget: 0);
        bool isExit = vm.WriteRegisters(vcpu, groups, in registers) == 0
            && vm.Control(vcpu, ExitControls.Breakpoint) == 0
            && vm.Run(vcpu, in context, out VcpuExit* exit) == RunResult.Exit
            && exit->Reason == ExitReason.Breakpoint;
        VcpuLocks<ProcessorAtomics>.Thaw(vcpu);
        return isExit;
    }
}
