using FsCheck;
using FsCheck.Fluent;
using VmmEngine.Abi.OpenBsd;
using VmmEngine.OpenBsd;
using VmmEngine.OpenBsd.Baseline;
using VmmEngine.OpenBsd.Newer;
using Xunit;
using BaselineCreate = VmmEngine.Abi.OpenBsd.Baseline.vm_create_params;
using NewerCreate = VmmEngine.Abi.OpenBsd.Newer.vm_create_params;

namespace VmmEngine.Tests.OpenBsd;

/// <summary>Random words with random arguments: every answer is a documented one, nothing crashes, nothing stays behind.</summary>
public sealed unsafe class RandomCommandTests
{
    private const int Sequences = 520;
    private const int CommandsEach = 200; // 104,000 in all
    private const int BufferSize = 8192;

    private static readonly Dictionary<uint, int[]> Documented = DocumentedAnswers();

    private static readonly Gen<uint> AnyNumber = Gen.Choose(int.MinValue, int.MaxValue).Select(number => (uint)number);

    private static readonly Gen<uint> Word = Gen.Frequency(
        (8, Gen.Elements(Words.All)),
        (4, Gen.Elements(NewerCommandWords.VMM_IOC_CREATE, BaselineCommandWords.VMM_IOC_CREATE, BaselineCommandWords.VMM_IOC_TERM)),
        (1, Gen.Elements(Words.All).SelectMany(word => Gen.Choose(0, 31).Select(bit => word ^ (1u << bit)))),
        (1, AnyNumber));

    private static readonly Gen<uint> Id = Gen.Frequency(
        (6, Gen.Choose(0, 40).Select(id => (uint)id)),
        (1, Gen.Elements(uint.MaxValue, 0x8000_0000u)),
        (1, AnyNumber));

    private static readonly Gen<Step> Steps =
        from word in Word
        from argument in Gen.Frequency((1, Gen.Constant(Argument.None)), (4, Gen.Constant(Argument.Noise)), (8, Gen.Constant(Argument.Plausible)))
        from vm in Id
        from vcpu in Gen.Frequency((4, Gen.Constant(0u)), (1, Id))
        from noise in Gen.Choose(0, int.MaxValue)
        select new Step(word, argument, vm, vcpu, noise);

    private enum Argument
    {
        None,
        Noise,
        Plausible,
    }

    [Fact]
    public void EveryAnswerIsDocumentedAndNothingStaysBehind()
    {
        int executed = 0;
        HashSet<(uint Word, int Error)> seen = [];
        Prop.ForAll(
            Steps.ArrayOf(CommandsEach).ToArbitrary(),
            steps =>
            {
                Run(steps, seen);
                executed += steps.Length;
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(Sequences));

        // The commands were random enough if every documented answer has come up.
        Assert.True(executed >= 100_000, $"only {executed} commands");
        Assert.All(Documented, answers => Assert.All(answers.Value, error => Assert.Contains((answers.Key, error), seen)));
    }

    private static void Run(Step[] steps, HashSet<(uint Word, int Error)> seen)
    {
        Client client = new(new OpenBsdOptions { Revisions = Revisions.Both, VcpuLimit = 6, VpidMaximum = 4 });
        byte* room = stackalloc byte[BufferSize];
        Span<byte> argument = new(room, BufferSize);

        foreach (Step step in steps)
        {
            step.Fill(argument);
            int error = client.Handle.Ioctl(step.Word, step.Argument == Argument.None ? null : room);

            int[] documented = Documented.GetValueOrDefault(step.Word, [Errno.ENOTTY, Errno.EFAULT]);
            Assert.True(documented.Contains(error), $"{step} answered {error}");
            seen.Add((step.Word, error));
            Assert.Equal(client.Host.Vms.Listed, client.Host.VmCount);
            Assert.InRange(client.Host.VcpuCount, 0, 6);
        }

        LockState.AssertAtRest(client.Host);
        Assert.All(client.Ids(), id => Assert.Equal(0, client.Terminate(id)));
        LockState.AssertEmpty(client.Host);
    }

    private static Dictionary<uint, int[]> DocumentedAnswers()
    {
        Dictionary<uint, int[]> answers = [];
        foreach (uint command in Words.All)
        {
            answers[command] = [Errno.EFAULT, Errno.ENOENT, Errno.EIO]; // no back end
        }

        answers[BaselineCommandWords.VMM_IOC_READVMPARAMS] = [0, Errno.EFAULT, Errno.ENOENT];
        answers[BaselineCommandWords.VMM_IOC_WRITEVMPARAMS] = [0, Errno.EFAULT, Errno.ENOENT];
        answers[BaselineCommandWords.VMM_IOC_INTR] = [0, Errno.EFAULT, Errno.ENOENT];
        answers[BaselineCommandWords.VMM_IOC_SHAREMEM] = [0, Errno.EFAULT, Errno.ENOENT];
        answers[NewerCommandWords.VMM_IOC_SHAREMEM] = [0, Errno.EFAULT, Errno.ENOENT];
        answers[BaselineCommandWords.VMM_IOC_MPROTECT_EPT] = [Errno.EFAULT, Errno.ENOENT, Errno.EINVAL];

        answers[BaselineCommandWords.VMM_IOC_CREATE] = [0, Errno.EFAULT, Errno.EINVAL, Errno.ENOMEM];
        answers[NewerCommandWords.VMM_IOC_CREATE] = [0, Errno.EFAULT, Errno.EINVAL, Errno.ENOMEM];
        answers[BaselineCommandWords.VMM_IOC_INFO] = [0, Errno.EFAULT];
        answers[BaselineCommandWords.VMM_IOC_TERM] = [0, Errno.EFAULT, Errno.ENOENT];
        return answers;
    }

    private sealed record Step(uint Word, Argument Argument, uint Vm, uint Vcpu, int Seed)
    {
        // A report's array is the only address that the device writes to, so it must be a harmless one: nowhere, or the buffer's end.
        private static readonly ulong[] Nowhere = [0, 1, 0x8000_0000_0000_0000, ulong.MaxValue];

        public void Fill(Span<byte> buffer)
        {
            Random random = new(Seed);
            Span<byte> copied = buffer[..(int)((Word >> 16) & 0x1FFF)];
            if (Argument == Argument.Noise)
            {
                random.NextBytes(copied);
            }
            else
            {
                copied.Clear();
            }

            fixed (byte* start = buffer)
            {
                FillKnown(start, random);
            }
        }

        private void FillKnown(byte* start, Random random)
        {
            switch (Word)
            {
                case BaselineCommandWords.VMM_IOC_INFO:
                    bool good = Argument == Argument.Plausible && random.Next(4) != 0;
                    ulong array = good ? (ulong)(start + 1024) : Nowhere[random.Next(Nowhere.Length)];
                    *(vm_info_params*)start = new() { vip_size = (ulong)random.Next(1200), vip_info = (vm_info_result*)array };
                    break;

                case BaselineCommandWords.VMM_IOC_CREATE when Argument == Argument.Plausible:
                    BaselineCreate create = Client.Creation();
                    Spoil(ref create.vcp_ncpus, ref create.vcp_nmemranges, ref create.vcp_memranges, random);
                    *(BaselineCreate*)start = create;
                    break;

                case NewerCommandWords.VMM_IOC_CREATE when Argument == Argument.Plausible:
                    NewerCreate newer = Client.NewerCreation();
                    Spoil(ref newer.vcp_ncpus, ref newer.vcp_nmemranges, ref newer.vcp_memranges, random);
                    *(NewerCreate*)start = newer;
                    break;

                default:
                    ((uint*)start)[0] = Vm;
                    ((uint*)start)[1] = Vcpu;
                    break;
            }
        }

        private static void Spoil(ref ulong vcpus, ref ulong count, ref vm_mem_ranges ranges, Random random)
        {
            switch (random.Next(8))
            {
                case 0:
                    vcpus = (ulong)random.Next(-1, 3);
                    break;
                case 1:
                    count = (ulong)random.Next(-1, 18);
                    break;
                case 2:
                    ranges[0].vmr_gpa = (ulong)random.NextInt64() << random.Next(13);
                    break;
                case 3:
                    ranges[0].vmr_size = (ulong)random.NextInt64() << random.Next(13);
                    break;
                case 4:
                    ranges[0].vmr_va = (ulong)random.NextInt64() << random.Next(13);
                    break;
                case 5:
                    ranges[0].vmr_type = random.Next(-1, 4);
                    break;
            }
        }
    }
}
