using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Guests.Platform;
using Xunit;

namespace VmmEngine.Tests.Client;

/// <summary>A guest that uses every device of the platform gets the same answers on each back end, except for what is known of KVM's kernel.</summary>
public abstract class PlatformClientTests
{
    private static readonly int[] Parts = [.. Enumerable.Range(1, 10).Where(part => part is not (snapshot_req.VM_MEM or snapshot_req.STRUCT_VPMTMR))];

    protected abstract BackendFactory Factory { get; }

    /// <summary>True where the interrupt controllers and the interval timer are the kernel's.</summary>
    protected abstract bool IsKvm { get; }

    [BackendFact]
    public void EveryDeviceAnswersAsItShould() => AnswersAsItShould();

    [BackendFact]
    public virtual void AGuestThatMovesToAnotherVmAtEveryRequestGetsTheSameAnswers() => AnswersAsItShould([snapshot_req.STRUCT_VPMTMR, .. Parts]);

    [BackendFact]
    public virtual void TheOrderOfThePartsDoesNotMatter() => AnswersAsItShould([snapshot_req.STRUCT_VPMTMR, .. Parts.Reverse()]);

    private void AnswersAsItShould(params int[] moves)
    {
        using PlatformClient client = new(Factory, moves);
        ulong[] log = client.Run();

        List<string> wrong = [];
        for (int i = 0; i < log.Length; i++)
        {
            PlatformAnswer answer = PlatformGuest.Answers[i];
            if (!answer.Accepts(IsKvm, log[i]))
            {
                wrong.Add($"{answer}: 0x{answer.Expected:X} expected, 0x{log[i]:X} answered");
            }
        }

        if (log.Length < PlatformGuest.Answers.Count)
        {
            wrong.Add($"{PlatformGuest.Answers[log.Length]}: never came to an end (exception at 0x{client.LostAt:X})");
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
        Assert.Equal("P", client.Console.ToString());
    }
}
