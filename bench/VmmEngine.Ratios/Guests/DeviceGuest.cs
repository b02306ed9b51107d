using VmmEngine.Abi.FreeBsd;
using VmmEngine.Devices;
using VmmEngine.FreeBsd;
using VmmEngine.SoftX86;

namespace VmmEngine.Ratios.Guests;

/// <summary>A guest of the device interface on the software vCPU, in real mode: all its vCPUs begin at <see cref="Start"/>.</summary>
internal sealed unsafe class DeviceGuest : IDisposable
{
    /// <summary>Where the code is.</summary>
    public const ulong Start = 0x1000;

    private const int MemorySegment = 0;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly FreeBsdHost _host;
    private readonly ControlHandle _control;
    private readonly List<Thread> _runners = [];
    private readonly int _vcpus;
    private long _returns;

    /// <summary>Creates a VM, and puts its vCPUs at the code.</summary>
    /// <param name="host">From <see cref="Host"/>.</param>
    /// <param name="vcpus">How many take part.</param>
    /// <param name="memoryBytes">Memory from address 0 on.</param>
    /// <param name="code">What they execute.</param>
    public DeviceGuest(FreeBsdHost host, int vcpus, ulong memoryBytes, ReadOnlySpan<byte> code)
    {
        _host = host;
        _vcpus = vcpus;
        Check(host.OpenControl(OpenMode.ReadWrite, Credential.Superuser, out ControlHandle? control));
        _control = control!;
        vmmctl_vm_create create = new() { flags = vmmctl_create_flags.VMMCTL_CREATE_DESTROY_ON_CLOSE };
        create.name[0] = (byte)'g';
        Check(_control.Ioctl(ControlCommandWords.VMMCTL_VM_CREATE, &create));
        Vm = Open(VmOpenOptions.None);
        Command(VmCommandWords.VM_ALLOC_MEMSEG, new vm_memseg { segid = MemorySegment, len = memoryBytes });
        Command(VmCommandWords.VM_MMAP_MEMSEG, new vm_memmap { segid = MemorySegment, len = memoryBytes, prot = vm_memory.VM_PROT_ALL });
        Check(Vm.Write((long)Start, code));
        for (int id = 0; id < vcpus; id++)
        {
            Command(VmCommandWords.VM_ACTIVATE_CPU, new vm_activate_cpu { vcpuid = id });
            Command(VmCommandWords.VM_SET_CAPABILITY, new vm_capability { cpuid = id, captype = vm_cap_type.VM_CAP_HALT_EXIT, capval = 1 });
            PlaceAtStart(id);
        }
    }

    /// <summary>The VM as upstream has it.</summary>
    public VmHandle Vm { get; }

    /// <summary>How often a vCPU has come back from VM_RUN.</summary>
    public long Returns => Volatile.Read(ref _returns);

    /// <summary>A host for guests of so many vCPUs.</summary>
    /// <param name="vcpus">vCPU ids of each VM.</param>
    /// <param name="haltDetection">Whether a guest all of whose vCPUs have halted for good is over.</param>
    public static FreeBsdHost Host(int vcpus, bool haltDetection) => new(new FreeBsdHostOptions
    {
        MaxCpu = (uint)vcpus,
        HaltDetection = haltDetection,
        BackendFactory = new SoftBackendFactory(new SoftOptions { ArenaBytes = 1 << 20, Vcpus = vcpus }),
    });

    /// <summary>Another open file of the same VM.</summary>
    public VmHandle Open(VmOpenOptions options)
    {
        Check(_host.OpenVm("g"u8, OpenMode.ReadWrite, Credential.Superuser, options, out VmHandle? vm));
        return vm!;
    }

    /// <summary>A command that is to succeed.</summary>
    public void Command<T>(uint command, T argument)
        where T : unmanaged => Check(Vm.Ioctl(command, &argument));

    /// <summary>Runs vCPU 0 on the calling thread, to the end of the guest.</summary>
    public void RunToTheEnd() => Run(0);

    /// <summary>Runs every vCPU on a thread of its own.</summary>
    public void StartAll()
    {
        for (int id = 0; id < _vcpus; id++)
        {
            int vcpu = id;
            Thread runner = new(() => Run(vcpu)) { IsBackground = true, Name = $"vCPU {vcpu}" };
            _runners.Add(runner);
            runner.Start();
        }
    }

    /// <summary>Waits for something that the guest does.</summary>
    /// <exception cref="InvalidOperationException">It does not.</exception>
    public static void Await(Func<bool> condition, string what)
    {
        if (!SpinWait.SpinUntil(condition, s_patience))
        {
            throw new InvalidOperationException($"Waited in vain: {what}.");
        }
    }

    /// <summary>Throws for an answer other than 0.</summary>
    public static void Check(int error)
    {
        if (error != 0)
        {
            throw new InvalidOperationException($"A command of the device answered with {error}.");
        }
    }

    /// <summary>Destroys the VM, which ends its runs.</summary>
    public void Dispose()
    {
        vmmctl_vm_destroy destroy = default;
        destroy.name[0] = (byte)'g';
        Check(_control.Ioctl(ControlCommandWords.VMMCTL_VM_DESTROY, &destroy));
        foreach (Thread runner in _runners)
        {
            runner.Join();
        }

        Vm.Close();
        _control.Close();
    }

    private void PlaceAtStart(int id)
    {
        seg_desc flat = new() { @base = 0, limit = 0xFFFF, access = 0x9B };
        Command(VmCommandWords.VM_SET_SEGMENT_DESCRIPTOR, new vm_seg_desc { cpuid = id, regnum = vm_reg_name.VM_REG_GUEST_CS, desc = flat });
        Command(VmCommandWords.VM_SET_REGISTER, new vm_register { cpuid = id, regnum = vm_reg_name.VM_REG_GUEST_CS }); // where IRET comes back to
        Command(VmCommandWords.VM_SET_REGISTER, new vm_register { cpuid = id, regnum = vm_reg_name.VM_REG_GUEST_RIP, regval = Start });
    }

    // Until the guest, or the VM, is over: every other answer is "call again".
    private void Run(int id)
    {
        vm_exit exit;
        vm_run run = new() { cpuid = id, vm_exit = &exit };
        while (Vm.Ioctl(VmCommandWords.VM_RUN, &run) == 0 && exit.exitcode != vm_exitcode.VM_EXITCODE_SUSPENDED)
        {
            Interlocked.Increment(ref _returns);
        }
    }
}
