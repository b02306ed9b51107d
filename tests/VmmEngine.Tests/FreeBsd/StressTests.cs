using VmmEngine.Abi.FreeBsd;
using VmmEngine.Devices;
using VmmEngine.FreeBsd;
using VmmEngine.Tests.Locks;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

public unsafe class StressTests
{
    private const int Rounds = 300;
    private const int CommandsPerRound = 30;

    private static readonly string[] Names = ["a", "b"];

    private readonly FreeBsdHost _host = new(new FreeBsdHostOptions { MaxCpu = 4, MaxVmsPerUser = 10 });

    [Fact]
    public void CreatingOpeningCommandingAndDestroyingMix()
    {
        Background.RunAll(() => CreateAndDestroy(1), () => CreateAndDestroy(2), () => OpenAndCommand(3), () => OpenAndCommand(4));

        ControlHandle control = _host.OpenControl();
        foreach (string name in Names)
        {
            control.Destroy(name);
        }

        HostAssert.Quiet(_host);
    }

    private void CreateAndDestroy(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < Rounds; round++)
        {
            ControlHandle control = _host.OpenControl();
            string name = Names[random.Next(Names.Length)];
            Assert.Contains(control.Create(name, (uint)random.Next(2)), new[] { 0, Errno.EEXIST });
            Thread.SpinWait(random.Next(2_000));
            if (random.Next(2) == 0)
            {
                Assert.Contains(control.Destroy(name), new[] { 0, Errno.EINVAL });
            }

            control.Close();
            Assert.Empty(control.LinkedVms);
        }
    }

    private void OpenAndCommand(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < Rounds; round++)
        {
            VmOpenOptions options = random.Next(8) == 0 ? VmOpenOptions.DestroyOnClose : VmOpenOptions.None;
            byte[] name = DeviceCalls.Bytes(Names[random.Next(Names.Length)]);
            if (_host.OpenVm(name, OpenMode.ReadWrite, Users.Root, options, out VmHandle? vm) != 0)
            {
                Thread.Yield();
                continue;
            }

            using (VmCaller caller = vm!.CreateCaller())
            {
                Command(caller, random);
            }

            vm.Close();
        }
    }

    // Once the VM is gone it stays gone.
    private static void Command(VmCaller caller, Random random)
    {
        bool gone = false;
        byte* argument = stackalloc byte[64];
        for (int count = 0; count < CommandsPerRound; count++)
        {
            *(int*)argument = random.Next(4);
            uint command = random.Next(4) switch
            {
                0 => VmCommandWords.VM_GET_REGISTER,
                1 => VmCommandWords.VM_ACTIVATE_CPU,
                2 => VmCommandWords.VM_MMAP_GETNEXT,
                _ => VmCommandWords.VM_ALLOC_MEMSEG,
            };
            int error = caller.Ioctl(command, argument);
            Assert.Contains(error, gone ? [Errno.ENXIO] : new[] { 0, Errno.ENOENT, Errno.EBUSY, Errno.EINVAL, Errno.ENXIO });
            gone = error == Errno.ENXIO && command != VmCommandWords.VM_GET_REGISTER; // which the host has no processor for
        }
    }
}
