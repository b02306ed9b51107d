using System.Runtime.InteropServices;
using VmmEngine.Abi.Kvm;
using VmmEngine.Backends;
using VmmEngine.Locks;
using VmmEngine.Memory;
using VmmEngine.Platform;

namespace VmmEngine.Kvm;

/// <summary>A VM on KVM.</summary>
internal sealed unsafe partial class KvmVm : VmBackend
{
    public const string BackendName = "kvm";

    // Processors that cannot run real mode by themselves need an identity map (one page) and a task state (three) in the guest's physical
    // address space. They lie below the firmware, where no memory is.
    private const ulong IdentityMapAddress = 0xFEFF_C000;
    private const ulong TaskStateAddress = 0xFEFF_D000;

    private readonly VmLocks* _locks;
    private readonly bool _kernelIrqchip;
    private readonly bool _hasApic;
    private readonly int _descriptor;
    private readonly nuint _runSize;
    private readonly KvmCpuid _cpuid;
    private readonly KvmMemory _memory;
    private readonly ExitControls _controls;
    private readonly KvmOptions _options;
    private readonly KvmIrqchip? _irqchip;
    private readonly KvmHaltWatch? _haltWatch;
    private readonly KvmTimeSlices _slices;
    private readonly ProcessorFeatures _features;
    private readonly uint[] _msrs;
    private ulong _timestampFrequency;
    private bool _disposed;

    /// <summary>Makes a VM; the system may be closed after that.</summary>
    /// <exception cref="BackendUnavailableException">KVM refuses.</exception>
    public KvmVm(KvmSystem system, KvmOptions options, in BackendRequest request)
        : base(in request)
    {
        _locks = request.Locks;
        _slices = new KvmTimeSlices(LockMemory);
        _options = options;
        _kernelIrqchip = options.KernelIrqchip;
        _hasApic = request.Processor.HasLocalApic;
        _runSize = (nuint)Positive("KVM_GET_VCPU_MMAP_SIZE", LibC.Ioctl(system.Descriptor, KvmSystemWords.KVM_GET_VCPU_MMAP_SIZE));
        _controls = KvmDebugging.Supported(system) | (_kernelIrqchip ? ExitControls.None : ExitControls.InterruptWindow);
        _cpuid = new KvmCpuid(system, _kernelIrqchip, request.Processor);
        _features = _cpuid.FindFeatures();
        _msrs = KvmMsrIndex.Read(system);
        _descriptor = LibC.Ioctl(system.Descriptor, KvmSystemWords.KVM_CREATE_VM);
        if (_descriptor < 0)
        {
            int error = LibC.LastError;
            _cpuid.Dispose();
            throw Refusal("KVM_CREATE_VM", error);
        }

        _memory = new KvmMemory(_descriptor, system.Capability(kvm_cap.KVM_CAP_NR_MEMSLOTS), system.Capability(kvm_cap.KVM_CAP_READONLY_MEM) != 0);
        try
        {
            Prepare(system, request.Processor.InterfaceMsr);
            _irqchip = _kernelIrqchip ? new KvmIrqchip(_descriptor, LockMemory, _cpuid) : null;
            Interrupts = _irqchip is not null ? _irqchip : new NoInterrupts();
        }
        catch
        {
            Dispose();
            throw;
        }

        _haltWatch = _kernelIrqchip ? new KvmHaltWatch(LockMemory) : null;
    }

    /// <inheritdoc/>
    public override string Name => BackendName;

    /// <inheritdoc/>
    public override delegate*<Vcpu*, void> Kick => &KvmVcpu.Kick;

    /// <inheritdoc/>
    public override InterruptController Interrupts { get; }

    /// <inheritdoc/>
    public override VmClock? Clock => _options.Clock;

    /// <inheritdoc/>
    public override bool KeepsTime => true;

    /// <inheritdoc/>
    public override int Map(Gpa address, Hva host, ulong length, MemoryProtection protection) => _memory.Map(address, host, length, protection);

    /// <inheritdoc/>
    public override void Unmap(Gpa address, ulong length) => _memory.Unmap(address, length);

    /// <summary>KVM said no to something that a VM cannot do without.</summary>
    internal static BackendUnavailableException Refusal(string command, int error) =>
        new($"KVM refuses {command}: {Marshal.GetPInvokeErrorMessage(error)} (errno {error}). Look into the kernel's log (dmesg), or use the software vCPU.");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _haltWatch?.Dispose();
        _slices.Dispose();
        for (uint id = 0; id < _locks->VcpuLimit; id++)
        {
            CloseVcpu(_locks->Vcpus + id);
        }

        _memory.Dispose();
        _cpuid.Dispose();
        _ = LibC.Close(_descriptor);
    }

    private static int Positive(string command, int result) => result > 0 ? result : throw Refusal(command, LibC.LastError);

    private static void Check(string command, int result)
    {
        if (result < 0)
        {
            throw Refusal(command, LibC.LastError);
        }
    }

    private void Prepare(KvmSystem system, uint? interfaceMsr)
    {
        ulong identity = IdentityMapAddress;
        Check("KVM_SET_IDENTITY_MAP_ADDR", LibC.Ioctl(_descriptor, KvmVmWords.KVM_SET_IDENTITY_MAP_ADDR, &identity));
        Check("KVM_SET_TSS_ADDR", LibC.Ioctl(_descriptor, KvmVmWords.KVM_SET_TSS_ADDR, unchecked((nint)TaskStateAddress)));
        if (_kernelIrqchip)
        {
            kvm_enable_cap localApics = new() { cap = kvm_cap.KVM_CAP_SPLIT_IRQCHIP };
            localApics.args[0] = IoApic.Pins;
            Check("KVM_ENABLE_CAP of KVM_CAP_SPLIT_IRQCHIP", LibC.Ioctl(_descriptor, KvmVmWords.KVM_ENABLE_CAP, &localApics));
        }

        if (system.Capability(kvm_cap.KVM_CAP_X86_USER_SPACE_MSR) != 0)
        {
            kvm_enable_cap unknownMsrs = new() { cap = kvm_cap.KVM_CAP_X86_USER_SPACE_MSR };
            unknownMsrs.args[0] = kvm_run_msr.KVM_MSR_EXIT_REASON_UNKNOWN | kvm_run_msr.KVM_MSR_EXIT_REASON_FILTER;
            Check("KVM_ENABLE_CAP of KVM_CAP_X86_USER_SPACE_MSR", LibC.Ioctl(_descriptor, KvmVmWords.KVM_ENABLE_CAP, &unknownMsrs));
            if (interfaceMsr is uint number && system.Capability(kvm_cap.KVM_CAP_X86_MSR_FILTER) != 0)
            {
                TakeFromKvm(number);
            }
        }
    }

    // KVM lets the guest have every register but this one, whose accesses become exits.
    private void TakeFromKvm(uint msr)
    {
        byte denied = 0;
        kvm_msr_filter filter = new() { flags = kvm_msr_filter.KVM_MSR_FILTER_DEFAULT_ALLOW };
        filter.ranges[0] = new kvm_msr_filter_range
        {
            flags = kvm_msr_filter_range.KVM_MSR_FILTER_READ | kvm_msr_filter_range.KVM_MSR_FILTER_WRITE,
            nmsrs = 1,
            @base = msr,
            bitmap = &denied,
        };
        Check("KVM_X86_SET_MSR_FILTER", LibC.Ioctl(_descriptor, KvmVmWords.KVM_X86_SET_MSR_FILTER, &filter));
    }
}
