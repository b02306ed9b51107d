using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Devices;
using VmmEngine.FreeBsd;
using VmmEngine.Kvm;
using VmmEngine.Memory;
using VmmEngine.Platform;
using VmmEngine.SoftX86;
using Xunit;

namespace VmmEngine.Machines.Tests;

/// <summary>A VM is destroyed, or its handle closed, while two vCPUs run and a device interrupts them, and machines come and go: nobody hangs, and nothing is left behind.</summary>
/// <remarks>Alone in its process while it runs: it counts what the process holds, and other tests' machines hold the same.</remarks>
[Collection(nameof(DestructionTests))]
[CollectionDefinition(nameof(DestructionTests), DisableParallelization = true)]
public sealed unsafe class DestructionTests
{
    private const int Vcpus = 2;
    private const ulong MemoryBytes = 1 << 16;
    private const ulong LocalApicPage = 0xFEE0_0000; // as an MSI's address: to the APIC with id 0
    private const ulong NonMaskable = 4 << 8;
    private static readonly byte[] Loop = [0x40, 0xE6, 0x80, 0xEB, 0xFB]; // inc ax; out 0x80, al; jmp -5
    private static bool s_isGone;

    [Fact]
    public void TenThousandSoftwareVmsGoAtRandomMoments() => Destroy(new SoftBackendFactory(new SoftOptions { ArenaBytes = 1 << 20 }), 10_000);

    [OnBackend(BackendChoice.Kvm)]
    public void SomeKvmVmsGoAtRandomMoments() => Destroy(new KvmBackendFactory(), 100);

    [Fact]
    public void ManyMachinesLeaveNothingBehind()
    {
        RunOne();
        (int descriptors, _) = Held();
        for (int i = 0; i < 20; i++)
        {
            RunOne();
        }

        Assert.InRange(Held().Descriptors, 0, descriptors + 2); // the runtime's own

        static void RunOne()
        {
            using Machine machine = new(new MachineOptions { Backend = BackendChoice.Software });
            machine.LoadFlat([0xB0, 0x07, 0xE6, 0xF4, 0xF4], new Gpa(0x1000)); // mov al, 7; out 0xF4, al; hlt
            Assert.Equal(MachineEnd.Exited, machine.Run(new RunLimits(TimeSpan.FromSeconds(60))).End);
        }
    }

    [OnBackend(BackendChoice.Kvm)]
    public void AnInterruptForAMachineThatIsGoneReachesNoOther()
    {
        FreeBsdHost host = new(new FreeBsdHostOptions { BackendFactory = new KvmBackendFactory() });
        Assert.Equal(0, host.OpenControl(OpenMode.ReadWrite, Credential.Superuser, out ControlHandle? control));
        VmHandle first = Create(host, control!);
        Irqchip gone = Assert.IsAssignableFrom<Irqchip>(first.Interrupts);
        Destroy(control!);
        first.Close();

        VmHandle second = Create(host, control!); // the kernel gives it the first one's number again
        Irqchip chip = Assert.IsAssignableFrom<Irqchip>(second.Interrupts);
        Prepare(second);
        Assert.Equal(0, second.Write(2 * 4, (ReadOnlySpan<byte>)[0x00, 0x20, 0x00, 0x00])); // a non-maskable interrupt's vector
        Assert.Equal(0, second.Write(0x2000, (ReadOnlySpan<byte>)[0xE6, 0x81, 0xCF])); // out 0x81, al; iret

        gone.SendMsi(LocalApicPage, NonMaskable);
        Assert.Equal(0x80, NextPort(second));
        chip.SendMsi(LocalApicPage, NonMaskable);
        Assert.Equal(0x81, NextPort(second));

        Destroy(control!);
        second.Close();
        control!.Close();
    }

    private static int NextPort(VmHandle vm)
    {
        vm_exit exit;
        vm_run run = new() { cpuid = 0, vm_exit = &exit };
        Assert.Equal(0, vm.Ioctl(VmCommandWords.VM_RUN, &run));
        Assert.Equal(vm_exitcode.VM_EXITCODE_INOUT, exit.exitcode);
        return exit.u.inout.port;
    }

    private static void Destroy(BackendFactory factory, int times)
    {
        FreeBsdHost host = new(new FreeBsdHostOptions { MaxCpu = Vcpus, BackendFactory = factory });
        Assert.Equal(0, host.OpenControl(OpenMode.ReadWrite, Credential.Superuser, out ControlHandle? control));
        using Runners runners = new();
        Random random = new(1);
        int descriptors = 0;
        int mappings = 0;
        for (int i = 0; i < times; i++)
        {
            if (i == times / 10)
            {
                (descriptors, mappings) = Held();
            }

            DestroyOne(host, control!, runners, random);
        }

        (int descriptorsLeft, int mappingsLeft) = Held();
        Assert.Equal(0, host.VmCount);
        Assert.InRange(descriptorsLeft, 0, descriptors + 10);
        Assert.InRange(mappingsLeft, 0, mappings + 200); // the runtime's own come and go
        control!.Close();
    }

    private static void DestroyOne(FreeBsdHost host, ControlHandle control, Runners runners, Random random)
    {
        VmHandle vm = Create(host, control);
        Prepare(vm);
        runners.Start(vm);
        Volatile.Write(ref s_isGone, false);
        Thread? device = random.Next(8) != 0 ? null : new Thread(() => InterruptUntilGone(vm.Interrupts!));
        device?.Start();
        Thread.SpinWait(random.Next(20_000));
        if (random.Next(4) == 0)
        {
            vm.Close();
        }

        Destroy(control);
        runners.Wait();
        Volatile.Write(ref s_isGone, true);
        device?.Join();
        vm.Close();
    }

    private static VmHandle Create(FreeBsdHost host, ControlHandle control)
    {
        vmmctl_vm_create create = new();
        create.name[0] = (byte)'v';
        Assert.Equal(0, control.Ioctl(ControlCommandWords.VMMCTL_VM_CREATE, &create));
        Assert.Equal(0, host.OpenVm("v"u8, OpenMode.ReadWrite, Credential.Superuser, VmOpenOptions.None, out VmHandle? vm));
        return vm!;
    }

    private static void Destroy(ControlHandle control)
    {
        vmmctl_vm_destroy destroy = default;
        destroy.name[0] = (byte)'v';
        Assert.Equal(0, control.Ioctl(ControlCommandWords.VMMCTL_VM_DESTROY, &destroy));
    }

    private static void Prepare(VmHandle vm)
    {
        vm_memseg segment = new() { segid = 0, len = MemoryBytes };
        Assert.Equal(0, vm.Ioctl(VmCommandWords.VM_ALLOC_MEMSEG, &segment));
        vm_memmap map = new() { gpa = 0, segid = 0, len = MemoryBytes, prot = 7 };
        Assert.Equal(0, vm.Ioctl(VmCommandWords.VM_MMAP_MEMSEG, &map));
        Assert.Equal(0, vm.Write(0x1000, Loop));
        for (int id = 0; id < Vcpus; id++)
        {
            vm_activate_cpu activate = new() { vcpuid = id };
            Assert.Equal(0, vm.Ioctl(VmCommandWords.VM_ACTIVATE_CPU, &activate));
            vm_seg_desc code = new() { cpuid = id, regnum = vm_reg_name.VM_REG_GUEST_CS, desc = new seg_desc { @base = 0, limit = 0xFFFF, access = 0x9B } };
            Assert.Equal(0, vm.Ioctl(VmCommandWords.VM_SET_SEGMENT_DESCRIPTOR, &code));
            vm_register rip = new() { cpuid = id, regnum = vm_reg_name.VM_REG_GUEST_RIP, regval = 0x1000 };
            Assert.Equal(0, vm.Ioctl(VmCommandWords.VM_SET_REGISTER, &rip));
        }
    }

    // It has no call and no handle, and may come too late.
    private static void InterruptUntilGone(InterruptController controllers)
    {
        Irqchip chip = Assert.IsAssignableFrom<Irqchip>(controllers);
        bool isGone;
        do
        {
            isGone = Volatile.Read(ref s_isGone);
            chip.SetLine(4, asserted: true);
            chip.SetLine(4, asserted: false);
            chip.SendMsi(LocalApicPage, NonMaskable);
            chip.RaiseLocal(1, LocalVector.Lint1);
        }
        while (!isGone);
    }

    private static (int Descriptors, int Mappings) Held()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return (Directory.GetFiles("/proc/self/fd").Length, File.ReadLines("/proc/self/maps").Count());
    }

    /// <summary>Threads that run the vCPUs of one VM after the other: starting threads anew for each would take most of the time.</summary>
    private sealed class Runners : IDisposable
    {
        private readonly Barrier _turns = new(Vcpus + 1);
        private VmHandle? _vm;

        public Runners()
        {
            for (int id = 0; id < Vcpus; id++)
            {
                int vcpu = id;
                new Thread(() => Run(vcpu)) { IsBackground = true }.Start();
            }
        }

        /// <summary>Has both vCPUs run, until the VM or its handle is gone.</summary>
        public void Start(VmHandle vm)
        {
            _vm = vm;
            Pass();
        }

        /// <summary>Waits for that.</summary>
        public void Wait() => Pass();

        public void Dispose()
        {
            _vm = null;
            Pass();
        }

        private void Run(int id)
        {
            _turns.SignalAndWait();
            while (_vm is { } vm)
            {
                RunUntilGone(vm, id);
                _turns.SignalAndWait();
                _turns.SignalAndWait();
            }
        }

        private void Pass() => Assert.True(_turns.SignalAndWait(TimeSpan.FromSeconds(60)), "a vCPU's thread hangs");

        // Every other answer is "call again".
        private static void RunUntilGone(VmHandle vm, int id)
        {
            vm_exit exit;
            vm_run run = new() { cpuid = id, vm_exit = &exit };
            while (vm.Ioctl(VmCommandWords.VM_RUN, &run) == 0)
            {
            }
        }
    }
}
