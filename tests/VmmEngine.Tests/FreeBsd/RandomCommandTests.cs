using FsCheck;
using FsCheck.Fluent;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Devices;
using VmmEngine.FreeBsd;
using VmmEngine.Tables;
using VmmEngine.Tests.Locks;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

/// <summary>Random words and arguments: never a crash, never an undocumented answer, never anything left behind.</summary>
public unsafe class RandomCommandTests
{
    private const int CommandsPerRun = 200;
    private const int Runs = 300; // times CommandsPerRun, on each of two devices: 120,000 commands
    private const int LargestArgument = 8192;
    private const int PointerOffset = 8;

    private static readonly HashSet<int> VmAnswers =
    [
        0, Errno.EPERM, Errno.ENOENT, Errno.ENXIO, Errno.ENOMEM, Errno.EFAULT, Errno.EBUSY, Errno.EEXIST, Errno.EINVAL, Errno.ENOTTY, Errno.ENOSPC,
        Errno.ERANGE, Errno.EALREADY, Errno.ENAMETOOLONG, Errno.ENOSYS,
    ];

    private static readonly HashSet<int> ControlAnswers =
        [0, Errno.EPERM, Errno.ENOMEM, Errno.EFAULT, Errno.EEXIST, Errno.EINVAL, Errno.ENOTTY];

    [Fact]
    public void AVmAnswersAnythingWithADocumentedError() =>
        Check(Words(VmCommandTable.Rows), commands =>
        {
            OneVm one = new(new FreeBsdHostOptions { Enabled = (Option)(-1) });
            using (VmCaller caller = one.Vm.CreateCaller())
            {
                Run(commands, (command, argument) => caller.Ioctl(command, argument), VmAnswers);
                HostAssert.NothingHeld(one.Vm, callers: 1);
            }

            Run(commands, one.Vm.Ioctl, VmAnswers);
            HostAssert.NothingHeld(one.Vm);
            Assert.Equal(0, one.Control.Destroy("a"));
            HostAssert.NothingHeldAfterDestroy(one.Vm);
            HostAssert.Quiet(one.Host);
        });

    [Fact]
    public void TheControlDeviceAnswersAnythingWithADocumentedError() =>
        Check(Words(ControlCommandTable.Rows), commands =>
        {
            FreeBsdHost host = new(new FreeBsdHostOptions { MaxCpu = 1, MaxVmsPerUser = 3 });
            ControlHandle control = host.OpenControl(Users.Alice);
            Run(commands, control.Ioctl, ControlAnswers);

            Assert.InRange(host.VmCount, 0, 3);
            Assert.Equal(host.VmCount, control.LinkedVms.Count);
            Assert.Equal(0, control.Close());
            HostAssert.Quiet(host);
            Assert.InRange(LockAssert.RentedLines(host.LockMemory.Locks->Lines), 1, 1); // the control device keeps its one caller
        });

    private static void Check(Gen<uint> words, Action<Command[]> property)
    {
        Gen<Command[]> commands = words.Zip(Gen.Choose(int.MinValue, int.MaxValue)).Select(pair => new Command(pair.Item1, pair.Item2)).ArrayOf(CommandsPerRun);
        Prop.ForAll(commands.ToArbitrary(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(Runs));
    }

    // Mostly words of the table, and words that differ from one in a bit; the rest is anything.
    private static Gen<uint> Words(IReadOnlyList<CommandRow> rows)
    {
        Gen<uint> real = Gen.Elements(rows.Where(row => row.Value is not null).Select(row => row.Value!.Value).ToArray());
        Gen<uint> near = real.Zip(Gen.Choose(0, 31)).Select(pair => pair.Item1 ^ (1u << pair.Item2));
        Gen<uint> any = Gen.Choose(int.MinValue, int.MaxValue).Select(word => (uint)word);
        return Gen.Frequency((5, real), (3, near), (2, any));
    }

    private static void Run(Command[] commands, Ioctl ioctl, HashSet<int> answers)
    {
        byte[] bytes = new byte[LargestArgument];
        fixed (byte* argument = bytes)
        {
            foreach (Command command in commands)
            {
                Fill(bytes, command.Seed);
                int error = ioctl(command.Word, command.Seed % 20 == 0 ? null : argument);
                Assert.True(answers.Contains(error), $"{command.Word:X8} with seed {command.Seed} answers {error}");
            }
        }
    }

    // Small numbers are common, so that ids, names and sizes are often nearly right. What would be a pointer never leads to memory.
    private static void Fill(byte[] bytes, int seed)
    {
        Random random = new(seed);
        Span<byte> front = bytes.AsSpan(0, 600);
        front.Clear();
        switch (random.Next(4))
        {
            case 0:
                random.NextBytes(front);
                break;

            case 1:
                BitConverter.TryWriteBytes(front, random.Next(-2, 6));
                BitConverter.TryWriteBytes(front[4..], random.Next(-2, 200));
                BitConverter.TryWriteBytes(front[PointerOffset..], NoAddress(random));
                break;

            case 2:
                for (int index = 0; index < random.Next(1, 235); index++)
                {
                    front[index] = (byte)"ab/. "[random.Next(random.Next(1, 6))];
                }

                BitConverter.TryWriteBytes(front[232..], random.Next(3));
                break;

            default:
                front[0] = (byte)random.Next(256);
                BitConverter.TryWriteBytes(front[232..], random.Next(2));
                break;
        }
    }

    private static ulong NoAddress(Random random) => random.Next(3) switch
    {
        0 => 0,
        1 => 0x8000_0000_0000_0000 | (ulong)random.NextInt64(), // the kernel's half, or no canonical address
        _ => (ulong)random.Next(4096), // the page that is never mapped
    };

    private delegate int Ioctl(uint command, void* argument);

    private sealed record Command(uint Word, int Seed);
}
