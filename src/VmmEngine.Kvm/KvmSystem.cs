using System.Runtime.InteropServices;
using VmmEngine.Abi.Kvm;
using VmmEngine.Backends;

namespace VmmEngine.Kvm;

/// <summary>/dev/kvm, opened and found to be able to do what the engine needs.</summary>
internal sealed class KvmSystem : IDisposable
{
    /// <summary>The only API version there has been since Linux 2.6.22; the manual says to refuse any other.</summary>
    private const int StableApiVersion = 12;

    private static readonly (uint Number, string Name, string Use)[] Required =
    [
        (kvm_cap.KVM_CAP_USER_MEMORY, "KVM_CAP_USER_MEMORY", "guest memory from this process"),
        (kvm_cap.KVM_CAP_IMMEDIATE_EXIT, "KVM_CAP_IMMEDIATE_EXIT", "kicks that are not lost"),
        (kvm_cap.KVM_CAP_SYNC_REGS, "KVM_CAP_SYNC_REGS", "registers through the shared page"),
        (kvm_cap.KVM_CAP_VCPU_EVENTS, "KVM_CAP_VCPU_EVENTS", "pending exceptions"),
        (kvm_cap.KVM_CAP_DEBUGREGS, "KVM_CAP_DEBUGREGS", "debug registers"),
        (kvm_cap.KVM_CAP_EXT_CPUID, "KVM_CAP_EXT_CPUID", "the processor's identification"),
        (kvm_cap.KVM_CAP_USER_NMI, "KVM_CAP_USER_NMI", "non-maskable interrupts"),
        (kvm_cap.KVM_CAP_SET_TSS_ADDR, "KVM_CAP_SET_TSS_ADDR", "real mode"),
    ];

    private static readonly (uint Number, string Name, string Use)[] RequiredWithIrqchip =
    [
        (kvm_cap.KVM_CAP_SPLIT_IRQCHIP, "KVM_CAP_SPLIT_IRQCHIP", "local APICs in the kernel"),
        (kvm_cap.KVM_CAP_SIGNAL_MSI, "KVM_CAP_SIGNAL_MSI", "interrupts for them"),
        (kvm_cap.KVM_CAP_IRQ_ROUTING, "KVM_CAP_IRQ_ROUTING", "the ends of level-triggered interrupts"),
        (kvm_cap.KVM_CAP_MP_STATE, "KVM_CAP_MP_STATE", "starting vCPUs"),
    ];

    /// <summary>Opens the device and checks it.</summary>
    /// <exception cref="BackendUnavailableException">It is missing, forbidden, of another version, or lacks something.</exception>
    public KvmSystem(KvmOptions options)
    {
        Device = options.Device;
        Descriptor = RuntimeInformation.ProcessArchitecture == Architecture.X64 && OperatingSystem.IsLinux()
            ? LibC.Open(Device)
            : throw new BackendUnavailableException($"KVM guests run on x64 Linux, and this is {RuntimeInformation.RuntimeIdentifier}; the software vCPU runs anywhere.");
        if (Descriptor < 0)
        {
            throw new BackendUnavailableException(ExplainOpen(LibC.LastError));
        }

        try
        {
            Check(options);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Device { get; }

    public int Descriptor { get; }

    /// <summary>What KVM_CHECK_EXTENSION says of a capability: 0 for no, otherwise yes, and for some how much.</summary>
    public int Capability(uint number) => Math.Max(0, LibC.Ioctl(Descriptor, KvmSystemWords.KVM_CHECK_EXTENSION, (nint)number));

    public void Dispose() => _ = LibC.Close(Descriptor);

    private void Check(KvmOptions options)
    {
        int version = LibC.Ioctl(Descriptor, KvmSystemWords.KVM_GET_API_VERSION);
        if (version != StableApiVersion)
        {
            string found = version < 0 ? $"opens, but is no KVM ({Marshal.GetPInvokeErrorMessage(LibC.LastError)})" : $"has API version {version}";
            throw new BackendUnavailableException($"{Device} {found}; the engine needs version {StableApiVersion}. Name the right device, or use the software vCPU.");
        }

        foreach ((uint number, string name, string use) in options.KernelIrqchip ? [.. Required, .. RequiredWithIrqchip] : Required)
        {
            int answer = Capability(number);
            bool enough = number == kvm_cap.KVM_CAP_SYNC_REGS ? ((ulong)answer & kvm_sync_regs.KVM_SYNC_X86_REGS) != 0 : answer > 0;
            if (!enough)
            {
                throw new BackendUnavailableException($"{Device} lacks {name} ({use}): this kernel's KVM is too old or too small. Use a newer kernel, or the software vCPU.");
            }
        }
    }

    private string ExplainOpen(int error) => error switch
    {
        LibC.ENOENT => $"{Device} does not exist: load the module (modprobe kvm_intel or kvm_amd), switch on virtualization in the firmware, or pass the device into the container. The software vCPU works without it.",
        LibC.EACCES or LibC.EPERM => $"{Device} exists, but this user may not open it: join its group (usermod -aG kvm USER) and log in again, or have root give access (setfacl -m u:USER:rw {Device}). The software vCPU works without it.",
        LibC.ENXIO or LibC.ENODEV => $"{Device} exists, but nothing answers behind it: load the module (modprobe kvm_intel or kvm_amd). The software vCPU works without it.",
        _ => $"{Device} cannot be opened: {Marshal.GetPInvokeErrorMessage(error)} (errno {error}). The software vCPU works without it.",
    };
}
