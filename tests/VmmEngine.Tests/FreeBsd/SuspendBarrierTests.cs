using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.FreeBsd;
using VmmEngine.Locks;
using VmmEngine.Tests.FreeBsd.Running;
using VmmEngine.Tests.Locks;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

/// <summary>How the vCPUs of a suspended VM return, what a reset does, and how a destruction ends it all.</summary>
public unsafe class SuspendBarrierTests
{
    private static readonly VcpuExit HaltForGood = new() { Reason = ExitReason.Halt, Flags = ExitFlags.InterruptsDisabled };

    private readonly GuestVm _guest = new();

    [Fact]
    public void AllActiveVcpusReturnTogether()
    {
        _guest.WithVcpu(0).WithVcpu(1);
        vm_exit first = default;
        Background runner = Background.Run(() => first = _guest.Run(0));
        _guest.Await(VcpuState.Running, 0);
        Assert.Equal(0, _guest.Suspend(vm_suspend_how.VM_SUSPEND_POWEROFF));
        _guest.Await(VcpuState.Sleeping, 0);
        Thread.Sleep(20);
        Assert.False(runner.HasEnded);
        Assert.Equal(1UL, CpuSetTests.Read(_guest.Vm, vm_cpuset_which.VM_SUSPENDED_CPUS));

        vm_exit second = _guest.Run(1);
        runner.Wait();
        foreach (vm_exit exit in new[] { first, second })
        {
            Assert.Equal((vm_exitcode.VM_EXITCODE_SUSPENDED, 0, vm_suspend_how.VM_SUSPEND_POWEROFF), (exit.exitcode, exit.inst_length, exit.u.suspended.how));
        }

        Assert.Equal(Errno.EINVAL, _guest.TryRun(out _, 0));
        Assert.Equal(Errno.EINVAL, _guest.TryRun(out _, 1));
        HostAssert.NothingHeld(_guest.Vm);
    }

    [Fact]
    public void AVcpuThatIsActivatedAfterThatPassesAtOnce()
    {
        _guest.WithVcpu(0);
        _guest.Suspend();
        Assert.Equal(vm_exitcode.VM_EXITCODE_SUSPENDED, _guest.Run(0).exitcode);
        _guest.WithVcpu(1);
        Assert.Equal(vm_exitcode.VM_EXITCODE_SUSPENDED, _guest.Run(1).exitcode);
    }

    [Fact]
    public void AVcpuInTheBarrierIsStillToBeHad()
    {
        _guest.WithVcpu(0).WithVcpu(1);
        _guest.Suspend();
        vm_exit exit = default;
        Background runner = Background.Run(() => exit = _guest.Run(0));
        _guest.Await(VcpuState.Sleeping, 0);
        _guest.Get(vm_reg_name.VM_REG_GUEST_RAX, 0);
        runner.Wait();
        Assert.Equal(vm_exitcode.VM_EXITCODE_REQIDLE, exit.exitcode);
        Assert.Equal(0UL, CpuSetTests.Read(_guest.Vm, vm_cpuset_which.VM_SUSPENDED_CPUS));

        Background again = Background.Run(() => exit = _guest.Run(0));
        _guest.Await(VcpuState.Sleeping, 0);
        Assert.Equal(vm_exitcode.VM_EXITCODE_SUSPENDED, _guest.Run(1).exitcode);
        again.Wait();
        Assert.Equal(vm_exitcode.VM_EXITCODE_SUSPENDED, exit.exitcode);
    }

    [Fact]
    public void ADestructionEndsTheWaitForAPartnerThatNeverComes()
    {
        _guest.WithVcpu(0).WithVcpu(1);
        vm_exit exit = default;
        Background runner = Background.Run(() => exit = _guest.Run(0));
        _guest.Await(VcpuState.Running, 0);
        FakeBackend backend = _guest.Backend;
        Assert.Equal(0, _guest.One.Control.Destroy("a"));
        runner.Wait();
        Assert.Equal((vm_exitcode.VM_EXITCODE_SUSPENDED, vm_suspend_how.VM_SUSPEND_DESTROY), (exit.exitcode, exit.u.suspended.how));
        Assert.Equal(Errno.ENXIO, _guest.TryRun(out _, 1));
        Assert.True(backend.IsDisposed);
        HostAssert.NothingHeldAfterDestroy(_guest.Vm);
    }

    [Fact]
    public void ADestructionWakesAVcpuThatWaitsAlready()
    {
        _guest.WithVcpu(0).WithVcpu(1);
        _guest.Suspend(vm_suspend_how.VM_SUSPEND_RESET);
        vm_exit exit = default;
        Background runner = Background.Run(() => exit = _guest.Run(0));
        _guest.Await(VcpuState.Sleeping, 0);
        Assert.Equal(0, _guest.One.Control.Destroy("a"));
        runner.Wait();
        Assert.Equal(vm_suspend_how.VM_SUSPEND_RESET, exit.u.suspended.how); // the first reason stays
    }

    [Fact]
    public void ATripleFaultSuspendsTheVm()
    {
        _guest.WithVcpu().Does(new VcpuExit { Reason = ExitReason.Shutdown });
        vm_exit exit = _guest.Run();
        Assert.Equal((vm_exitcode.VM_EXITCODE_SUSPENDED, vm_suspend_how.VM_SUSPEND_TRIPLEFAULT), (exit.exitcode, exit.u.suspended.how));
    }

    [Fact]
    public void AGuestWhoseVcpusHaveAllHaltedForGoodHasEnded()
    {
        _guest.WithVcpu(0).WithVcpu(1).Does(HaltForGood, 0).Does(HaltForGood, 1);
        HaltExits(0);
        HaltExits(1);
        vm_exit first = default;
        Background runner = Background.Run(() => first = _guest.Run(0));
        _guest.Await(VcpuState.Sleeping, 0);
        Assert.Equal(vm_suspend_how.VM_SUSPEND_NONE, _guest.Vm.Vm.SuspendReason);
        vm_exit second = _guest.Run(1);
        runner.Wait();
        Assert.Equal((vm_suspend_how.VM_SUSPEND_HALT, vm_suspend_how.VM_SUSPEND_HALT), (first.u.suspended.how, second.u.suspended.how));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void HaltsAreOnlyLookedAtWithTheCapabilityAndTheOption(bool capability, bool detection)
    {
        GuestVm guest = new(new FreeBsdHostOptions { HaltDetection = detection });
        guest.WithVcpu().Does(HaltForGood);
        if (capability)
        {
            guest.Vm.Ioctl(VmCommandWords.VM_SET_CAPABILITY, new vm_capability { capval = 1 });
        }

        vm_exit exit = default;
        Background runner = Background.Run(() => exit = guest.Run());
        guest.Await(VcpuState.Sleeping);
        Assert.Equal(vm_suspend_how.VM_SUSPEND_NONE, guest.Vm.Vm.SuspendReason);
        guest.Suspend(vm_suspend_how.VM_SUSPEND_POWEROFF);
        runner.Wait();
        Assert.Equal(vm_suspend_how.VM_SUSPEND_POWEROFF, exit.u.suspended.how);
    }

    [Fact]
    public void AHaltThatSomethingCanEndGoesOn()
    {
        _guest.WithVcpu().Does(HaltForGood).Does(new VcpuExit { Reason = ExitReason.PortOut, Size = 1, Port = 1, InstructionLength = 1 });
        HaltExits(0);
        _guest.Fake()->CanResume = 1;
        Assert.Equal(vm_exitcode.VM_EXITCODE_INOUT, _guest.Run().exitcode);
    }

    [Fact]
    public void AResetNeedsEveryActiveVcpuSuspended()
    {
        Assert.Equal(0, _guest.Reinitialize()); // none is active
        _guest.WithVcpu(0).WithVcpu(1);
        Assert.Equal(Errno.EBUSY, _guest.Reinitialize());
        _guest.Suspend();
        Assert.Equal(Errno.EBUSY, _guest.Reinitialize());
        Background runner = Background.Run(() => _guest.Run(0));
        _guest.Run(1);
        runner.Wait();
        Assert.Equal(0, _guest.Reinitialize());
    }

    [Fact]
    public void AResetPutsEverythingBackButMemoryAndTopology()
    {
        _guest.WithMemory().WithVcpu(0);
        _guest.Allocate(9, 4096, "framebuffer");
        _guest.Map(GuestVm.Mebibyte, 9, 0, 4096);
        _guest.Vm.Write(5, [55]);
        _guest.Vm.Ioctl(VmCommandWords.VM_SET_TOPOLOGY, new vm_cpu_topology { sockets = 2, cores = 1, threads = 1 });
        HaltExits(0);
        _guest.Set(vm_reg_name.VM_REG_GUEST_RAX, 1);
        _guest.Vm.Vcpu(VmCommandWords.VM_SUSPEND_CPU, -1);
        _guest.Vm.Vcpu(VmCommandWords.VM_INJECT_NMI, 1);
        _guest.Suspend();
        Assert.Equal(vm_exitcode.VM_EXITCODE_SUSPENDED, _guest.Run().exitcode);

        Assert.Equal(0, _guest.Reinitialize());
        Assert.Equal(vm_suspend_how.VM_SUSPEND_NONE, _guest.Vm.Vm.SuspendReason);
        Assert.Equal(0UL, CpuSetTests.Read(_guest.Vm, vm_cpuset_which.VM_ACTIVE_CPUS));
        Assert.Equal(0UL, CpuSetTests.Read(_guest.Vm, vm_cpuset_which.VM_SUSPENDED_CPUS));
        Assert.Equal(0UL, CpuSetTests.Read(_guest.Vm, vm_cpuset_which.VM_DEBUG_CPUS));
        Assert.Equal(0u, _guest.Vm.Vm.Locks->Vcpus[0].Requests);
        Assert.Equal(0u, _guest.Vm.Vm.Locks->Vcpus[1].Flags);
        Assert.Equal(1, _guest.Backend.Resets);
        Assert.Equal(0u, _guest.Get(vm_reg_name.VM_REG_GUEST_RAX));
        Assert.Equal([(0UL, GuestVm.Mebibyte, VmmEngine.Memory.MemoryProtection.All)], _guest.Backend.Shown);
        byte[] read = new byte[1];
        Assert.Equal(0, _guest.Vm.Read(5, read));
        Assert.Equal(55, read[0]);
        Assert.Equal(Errno.EEXIST, _guest.Allocate(9, 4096, "framebuffer")); // the segment stays
        vm_capability halt = new();
        Assert.Equal(0, _guest.Vm.Ioctl(VmCommandWords.VM_GET_CAPABILITY, ref halt));
        Assert.Equal(0, halt.capval);
        vm_cpu_topology topology = default;
        _guest.Vm.Ioctl(VmCommandWords.VM_GET_TOPOLOGY, ref topology);
        Assert.Equal(2, topology.sockets);

        _guest.WithVcpu(0).Does(new VcpuExit { Reason = ExitReason.PortOut, Size = 1, Port = 2, InstructionLength = 1 });
        Assert.Equal(2, _guest.Run().u.inout.port);
        _guest.Suspend(vm_suspend_how.VM_SUSPEND_HALT);
        Assert.Equal(vm_suspend_how.VM_SUSPEND_HALT, _guest.Run().u.suspended.how);
    }

    [Fact]
    public void ABackEndThatDoesNotWorkHereIsNoDevice()
    {
        FakeBackendFactory factory = new() { Refusal = "/dev/kvm: no permission" };
        FreeBsdHost host = new(new FreeBsdHostOptions { BackendFactory = factory });
        Assert.Equal(Errno.ENXIO, host.OpenControl().Create("a"));
        Assert.Equal("/dev/kvm: no permission", host.BackendFailure!.Message);
        HostAssert.Quiet(host);
        factory.Refusal = null;
        Assert.Equal(0, host.OpenControl().Create("a"));
    }

    [Fact]
    public void DestructionsAtAnyMomentHangNobody()
    {
        Random random = new(7);
        for (int round = 0; round < 150; round++)
        {
            GuestVm guest = new();
            guest.WithMemory(16 * 4096).WithVcpu(0).WithVcpu(1);
            Background[] runners = [Background.Run(() => RunUntilGone(guest, 0)), Background.Run(() => RunUntilGone(guest, 1))];
            Background other = Background.Run(() => Meddle(guest));
            Thread.SpinWait(random.Next(20_000));
            Assert.Equal(0, guest.One.Control.Destroy("a"));
            foreach (Background background in runners.Append(other))
            {
                background.Wait();
            }

            HostAssert.NothingHeldAfterDestroy(guest.Vm);
            HostAssert.Quiet(guest.One.Host);
            Assert.True(guest.Backend.IsDisposed);
        }
    }

    private static void RunUntilGone(GuestVm guest, int id)
    {
        int error;
        while ((error = guest.TryRun(out _, id)) != Errno.ENXIO)
        {
            Assert.Contains(error, new[] { 0, Errno.EINVAL });
        }
    }

    private static void Meddle(GuestVm guest)
    {
        int error;
        do
        {
            guest.Suspend();
            error = guest.Reinitialize();
            Assert.Contains(error, new[] { 0, Errno.EBUSY, Errno.ENXIO });
            guest.Vm.Vcpu(VmCommandWords.VM_ACTIVATE_CPU, 0);
            guest.Vm.Vcpu(VmCommandWords.VM_ACTIVATE_CPU, 1);
        }
        while (error != Errno.ENXIO);
    }

    private void HaltExits(int id) =>
        Assert.Equal(0, _guest.Vm.Ioctl(VmCommandWords.VM_SET_CAPABILITY, new vm_capability { cpuid = id, captype = vm_cap_type.VM_CAP_HALT_EXIT, capval = 1 }));
}
