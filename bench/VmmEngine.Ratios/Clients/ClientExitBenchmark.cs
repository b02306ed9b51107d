using VmmEngine.Abi.FreeBsd;
using VmmEngine.Devices;
using VmmEngine.FreeBsd;
using VmmEngine.Ratios.Measurement;
using VmmEngine.RunLoop.Scripted;

namespace VmmEngine.Ratios.Clients;

/// <summary>VM_RUN to the next exit of a scripted vCPU: from C through the library, against the same loop in C#.</summary>
/// <remarks>The C# side is told that its pointers are good, as the library knows it of a client's stack: asking the kernel costs more than all the rest.</remarks>
internal sealed unsafe class ClientExitBenchmark(string name, string description, double target) : ClientBenchmark(name, description, target)
{
    private const int Batch = 2_000;
    private const int WarmUps = 50;
    private const int PauseMilliseconds = 150; // the JIT compiles hot methods again in the background, when nothing new has come for a while

    private protected override RatioResult Measure(NativeInstallation installation, RatioOptions options)
    {
        using ClientProcess client = ClientProcess.Start(installation, throughShim: false, backend: "scripted");
        FreeBsdHost host = new(new FreeBsdHostOptions { BackendFactory = new ScriptedBackendFactory(ScriptedBackendFactory.EndlessOut) });
        UserMemory.StaysMapped = &Always;
        try
        {
            using DeviceTable devices = new(host);
            return Measure(client, MakeGuest(devices, host), options);
        }
        finally
        {
            UserMemory.StaysMapped = null;
        }
    }

    private static bool Always(void* address, nuint size) => true;

    private static VmHandle MakeGuest(DeviceTable devices, FreeBsdHost host)
    {
        Check(devices.Open("/dev/vmmctl", OpenMode.ReadWrite, Credential.Superuser, out int control));
        vmmctl_vm_create create = default;
        "bench"u8.CopyTo(new Span<byte>(create.name, vmm_limits.VM_MAX_NAMELEN));
        create.flags = vmmctl_create_flags.VMMCTL_CREATE_DESTROY_ON_CLOSE;
        Check(devices.Ioctl(control, ControlCommandWords.VMMCTL_VM_CREATE, &create));
        Check(host.OpenVm("bench"u8, OpenMode.ReadWrite, Credential.Superuser, VmOpenOptions.None, out VmHandle? vm));
        vm_activate_cpu activate = default;
        Check(vm!.Ioctl(VmCommandWords.VM_ACTIVATE_CPU, &activate));
        return vm;
    }

    private RatioResult Measure(ClientProcess client, VmHandle vm, RatioOptions options)
    {
        using VmCaller caller = vm.CreateCaller();
        for (int phase = 0; phase <= options.WarmUpPhases; phase++)
        {
            for (int round = 0; round < WarmUps; round++)
            {
                client.Time("run", Batch);
                Time(caller);
            }

            Thread.Sleep(PauseMilliseconds);
        }

        List<double> ours = [];
        List<double> baseline = [];
        for (int round = 0; round < options.Rounds; round++)
        {
            ours.Add(client.Time("run", Batch));
            baseline.Add(Time(caller));
        }

        vm.Close();
        return Compare(ours, baseline, "the baseline is the engine's own in C#");
    }

    private static double Time(VmCaller caller)
    {
        vm_exit exit;
        vm_run run = new() { vm_exit = &exit };
        double begin = ThreadClock.Nanoseconds;
        for (int i = 0; i < Batch; i++)
        {
            Check(caller.Ioctl(VmCommandWords.VM_RUN, &run));
        }

        return (ThreadClock.Nanoseconds - begin) / Batch;
    }

    private static void Check(int error)
    {
        if (error != 0)
        {
            throw new InvalidOperationException($"The C# side has failed: errno {error}.");
        }
    }
}
