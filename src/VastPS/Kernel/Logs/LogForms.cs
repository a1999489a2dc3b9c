namespace VastPS.Kernel.Logs;

/// <summary>One form in which logs tell numbers.</summary>
/// <param name="Name">For people.</param>
/// <param name="Example">Lines of it.</param>
/// <param name="Truth">What they mean: the step after @, then the values.</param>
internal sealed record LogForm(string Name, string Example, string Truth);

/// <summary>
/// The forms that are recognised, in the order in which a line is offered to them. What needs more lines than one comes first: once such a
/// form is open, its lines are no sentences.
/// </summary>
internal static class LogForms
{
    public static LogForm DictLines { get; } = new("dict over lines", "{'a': 1,\n 'loss': 0.5,\n 'step': 7}", "@7 a=1 loss=0.5");

    public static LogForm Block { get; } = new(
        "block", "Result for run_1:\n  episode_reward_mean: 3.5\n  timesteps_total: 90\n\n", "@90 episode_reward_mean=3.5");

    public static LogForm Table { get; } = new("table", "------------\n| loss | 0.5 |\n| std  | 1.0 |\n------------", "loss=0.5 std=1");

    public static LogForm Columns { get; } = new(
        "columns", "step,loss,val_loss\n1,0.5,\n2,0.25,0.75", "@1 loss=0.5 @2 loss=0.25 val_loss=0.75");

    public static LogForm Bar { get; } = new("bar", "run:  20%|##   | 8/40 [00:04<00:16, 2.0it/s, loss=0.5]", "@8 loss=0.5");

    public static LogForm PlainBar { get; } = new("bar of Keras", "8/40 [=====>....] - ETA: 3s - loss: 0.5", "@8 eta=3 loss=0.5");

    /// <summary>Names and values in a line: key=value, a dict, a sentence, also the settings of a banner, which are none.</summary>
    public static LogForm Text { get; } = new(
        "text", "step 8 | loss 0.5 | lr: 1e-3 | Total steps = 40", "@8 loss=0.5 lr=0.001 total_steps=40");

    public static IReadOnlyList<LogForm> All { get; } = [DictLines, Block, Table, Columns, Bar, PlainBar, Text];
}
